//! Declared crosses: features computed from two others of the same row.

use serde::{Deserialize, Serialize};

use super::{Matrix, Schema, SchemaError};

/// Arithmetic of a cross. A missing operand makes the result missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// left · right.
    Product,
    /// left + right.
    Sum,
    /// left − right.
    Difference,
    /// left / right; missing if right is 0.
    Ratio,
    /// 1 if left equals right, else 0.
    Equal,
}

impl Operation {
    /// Result for two values; NaN if a value is missing or the result is not finite.
    #[must_use]
    pub fn apply(self, left: f32, right: f32) -> f32 {
        if left.is_nan() || right.is_nan() {
            return f32::NAN;
        }
        let value = match self {
            Self::Product => left * right,
            Self::Sum => left + right,
            Self::Difference => left - right,
            Self::Ratio => left / right,
            Self::Equal => f32::from(u8::from(left.total_cmp(&right).is_eq() || (left - right).abs() <= 0.0)),
        };
        if value.is_finite() { value } else { f32::NAN }
    }
}

/// Declaration of a cross.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cross {
    /// Name of the new feature.
    pub name: String,
    /// Name of the left operand.
    pub left: String,
    /// Name of the right operand.
    pub right: String,
    /// Arithmetic.
    pub operation: Operation,
}

/// Crosses bound to the columns of a schema. Later crosses may use earlier ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crosses {
    schema: Schema,
    steps: Vec<(usize, usize, Operation)>,
    width: usize,
}

impl Crosses {
    /// Binds crosses to a schema; their names follow the schema's own in [`Crosses::schema`].
    ///
    /// # Errors
    /// All unknown operands, or duplicate names.
    pub fn new(schema: &Schema, crosses: &[Cross]) -> Result<Self, SchemaError> {
        let names = schema.names().iter().cloned().chain(crosses.iter().map(|cross| cross.name.clone()));
        let names: Vec<String> = names.collect();
        let extended = Schema::new(names.clone())?;
        let mut steps = Vec::new();
        let mut missing = Vec::new();
        for (at, cross) in crosses.iter().enumerate() {
            let known = Schema::new(names.iter().take(schema.len() + at).cloned())?;
            match known.bind([cross.left.as_str(), cross.right.as_str()]) {
                Ok(binding) => {
                    if let [left, right] = binding.columns() {
                        steps.push((*left, *right, cross.operation));
                    }
                }
                Err(SchemaError::Unknown { missing: unknown }) => missing.extend(unknown),
                Err(error) => return Err(error),
            }
        }
        if !missing.is_empty() {
            return Err(SchemaError::Unknown { missing });
        }
        Ok(Self { schema: extended, steps, width: schema.len() })
    }

    /// The schema, with the crosses after its own columns.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Computes the crosses of one row and writes them into its last columns.
    pub fn compute(&self, row: &mut [f32]) {
        for (at, (left, right, operation)) in self.steps.iter().enumerate() {
            let value = |column: usize| row.get(column).copied().unwrap_or(f32::NAN);
            let result = operation.apply(value(*left), value(*right));
            if let Some(slot) = row.get_mut(self.width + at) {
                *slot = result;
            }
        }
    }

    /// Computes the crosses of every row of a matrix of [`Crosses::schema`].
    pub fn compute_all(&self, matrix: &mut Matrix) {
        for row in 0..matrix.rows() {
            self.compute(matrix.row_mut(row));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cross(name: &str, left: &str, operation: Operation, right: &str) -> Cross {
        Cross { name: name.to_owned(), left: left.to_owned(), right: right.to_owned(), operation }
    }

    #[test]
    fn each_operation_has_its_value_and_missing_stays_missing() {
        let table = [
            (Operation::Product, 3.0, 2.0, 6.0),
            (Operation::Sum, 3.0, 2.0, 5.0),
            (Operation::Difference, 3.0, 2.0, 1.0),
            (Operation::Ratio, 3.0, 2.0, 1.5),
            (Operation::Equal, 3.0, 2.0, 0.0),
            (Operation::Equal, 0.0, -0.0, 1.0),
            (Operation::Ratio, 3.0, 0.0, f32::NAN),
            (Operation::Product, f32::MAX, 2.0, f32::NAN),
        ];
        for (operation, left, right, expected) in table {
            let value = operation.apply(left, right);
            assert!(
                value.total_cmp(&expected).is_eq() || (value.is_nan() && expected.is_nan()),
                "{operation:?} {left} {right}: {value}"
            );
            assert!(operation.apply(f32::NAN, right).is_nan() && operation.apply(left, f32::NAN).is_nan());
        }
    }

    #[test]
    fn a_cross_may_use_an_earlier_one_and_not_a_later_one() {
        let schema = Schema::new(["price", "sold"]).unwrap();
        let turnover = cross("turnover", "price", Operation::Product, "sold");
        let twice = cross("twice", "turnover", Operation::Sum, "turnover");
        let crosses = Crosses::new(&schema, &[turnover.clone(), twice.clone()]).unwrap();
        let mut matrix = Matrix::missing(crosses.schema().clone(), 2);
        matrix.row_mut(0)[..2].copy_from_slice(&[2.0, 3.0]);
        crosses.compute_all(&mut matrix);
        assert_eq!(matrix.row(0), [2.0, 3.0, 6.0, 12.0]);
        assert!(matrix.row(1).iter().all(|value| value.is_nan()));
        let error = Crosses::new(&schema, &[twice, turnover, cross("price", "prise", Operation::Sum, "sold")]);
        assert!(matches!(error, Err(SchemaError::Names { .. })));
        let error = Crosses::new(&schema, &[cross("a", "b", Operation::Sum, "prise")]).unwrap_err().to_string();
        assert_eq!(error, "unknown features: b; prise (did you mean price?)");
    }
}
