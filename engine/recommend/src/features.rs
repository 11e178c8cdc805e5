//! Feature matrix: one row per item, one named column per feature, missing values as NaN.

/// A row-major matrix of `rows` × `names.len()` values.
#[derive(Debug, Clone, PartialEq)]
pub struct Matrix {
    names: std::sync::Arc<[String]>,
    rows: usize,
    values: Vec<f32>,
}

impl Matrix {
    /// A matrix of `values.len() / names.len()` rows; values that do not fill a row are dropped.
    #[must_use]
    pub fn new(names: std::sync::Arc<[String]>, rows: usize, mut values: Vec<f32>) -> Self {
        values.resize(rows * names.len(), f32::NAN);
        Self { names, rows, values }
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }
}
