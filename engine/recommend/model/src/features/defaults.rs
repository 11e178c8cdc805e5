//! Defaults: values for features that are missing in a row.

use std::collections::BTreeMap;

use super::{Matrix, Schema, SchemaError};

/// One optional default per column of a schema.
#[derive(Debug, Clone, PartialEq)]
pub struct Defaults(Vec<Option<f32>>);

impl Defaults {
    /// Defaults by feature name, for the columns of a schema.
    ///
    /// # Errors
    /// All names that are not in the schema.
    pub fn new(schema: &Schema, defaults: &BTreeMap<String, f32>) -> Result<Self, SchemaError> {
        schema.bind(defaults.keys().map(String::as_str))?;
        Ok(Self(schema.names().iter().map(|name| defaults.get(name).copied()).collect()))
    }

    /// Replaces the missing values of a row by their defaults.
    pub fn fill(&self, row: &mut [f32]) {
        for (value, default) in row.iter_mut().zip(&self.0) {
            if let (true, Some(default)) = (value.is_nan(), default) {
                *value = *default;
            }
        }
    }

    /// Replaces the missing values of a matrix by their defaults.
    pub fn fill_all(&self, matrix: &mut Matrix) {
        for row in 0..matrix.rows() {
            self.fill(matrix.row_mut(row));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_missing_values_with_a_default_change() {
        let schema = Schema::new(["a", "b", "c"]).unwrap();
        let defaults = Defaults::new(&schema, &[("a".to_owned(), 7.0), ("b".to_owned(), 8.0)].into()).unwrap();
        let mut matrix = Matrix::new(schema.clone(), 2, vec![f32::NAN, 1.0, f32::NAN, 0.0, f32::NAN, 2.0]).unwrap();
        defaults.fill_all(&mut matrix);
        assert_eq!(matrix.row(0)[..2], [7.0, 1.0]);
        assert!(matrix.row(0)[2].is_nan());
        assert_eq!(matrix.row(1), [0.0, 8.0, 2.0]);
        assert_eq!(matrix.mask(0).collect::<Vec<_>>(), [true, true, false]);
        let error = Defaults::new(&schema, &[("d".to_owned(), 1.0)].into()).unwrap_err().to_string();
        assert_eq!(error, "unknown features: d (did you mean a?)");
    }
}
