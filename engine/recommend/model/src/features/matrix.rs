//! Feature matrix: one row per item, one column per feature, NaN for a missing value.

use super::Schema;

/// Row-major n × F matrix.
#[derive(Debug, Clone)]
pub struct Matrix {
    schema: Schema,
    rows: usize,
    values: Vec<f32>,
}

impl Matrix {
    /// A matrix with all values missing.
    #[must_use]
    pub fn missing(schema: Schema, rows: usize) -> Self {
        let values = vec![f32::NAN; rows * schema.len()];
        Self { schema, rows, values }
    }

    /// A matrix from values row by row; `None` if their number does not match.
    #[must_use]
    pub fn new(schema: Schema, rows: usize, values: Vec<f32>) -> Option<Self> {
        (values.len() == rows * schema.len()).then_some(Self { schema, rows, values })
    }

    /// Names of the columns.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// All values, row by row.
    #[must_use]
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// One row; empty beyond the last.
    #[must_use]
    pub fn row(&self, row: usize) -> &[f32] {
        let width = self.schema.len();
        self.values.get(row * width..(row + 1) * width).unwrap_or_default()
    }

    /// One mutable row; empty beyond the last.
    pub fn row_mut(&mut self, row: usize) -> &mut [f32] {
        let width = self.schema.len();
        self.values.get_mut(row * width..(row + 1) * width).unwrap_or_default()
    }

    /// Writes the same value into a column of every row, as for features of the viewer or the scene.
    pub fn fill(&mut self, column: usize, value: f32) {
        for row in self.values.chunks_exact_mut(self.schema.len().max(1)) {
            if let Some(slot) = row.get_mut(column) {
                *slot = value;
            }
        }
    }

    /// Returns for each value of a row whether it is present.
    pub fn mask(&self, row: usize) -> impl Iterator<Item = bool> {
        self.row(row).iter().map(|value| !value.is_nan())
    }
}
