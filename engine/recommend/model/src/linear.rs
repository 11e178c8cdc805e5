//! Logistic regression: logit = intercept + Σ weight · value, with its explanation.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::features::{Binding, Matrix, Schema, SchemaError};

/// A model in its file format: `{"intercept":-1.5,"weights":{"price":0.25},"defaults":{"price":9.0}}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawLinearModel")]
pub struct LinearModel {
    /// Logit of a row without features.
    intercept: f64,
    /// Weight of each feature.
    weights: BTreeMap<String, f64>,
    /// Replacements for missing features; a missing feature without a default contributes 0.
    defaults: BTreeMap<String, f64>,
}

/// Faults of a model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinearError {
    /// Numbers that are not finite.
    #[error("not finite: {}", names.join(", "))]
    NotFinite {
        /// "intercept", or the names of the features.
        names: Vec<String>,
    },
    /// Defaults of features that have no weight.
    #[error("defaults without a weight: {}", names.join(", "))]
    UnknownDefaults {
        /// Names of the features.
        names: Vec<String>,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLinearModel {
    intercept: f64,
    weights: BTreeMap<String, f64>,
    #[serde(default)]
    defaults: BTreeMap<String, f64>,
}

impl TryFrom<RawLinearModel> for LinearModel {
    type Error = LinearError;

    fn try_from(raw: RawLinearModel) -> Result<Self, LinearError> {
        Self::new(raw.intercept, raw.weights, raw.defaults)
    }
}

/// Explanation of one row.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// Log-odds. Equal to the intercept plus the contributions, summed in this order.
    pub logit: f64,
    /// Contribution of each feature, in the order of [`LinearModel::features`].
    pub contributions: Vec<f64>,
    /// Share of the model's features that the row has, from 0 to 1; 1 for a model without features.
    pub coverage: f64,
}

impl LinearModel {
    /// Creates a model from finite numbers.
    ///
    /// # Errors
    /// All numbers that are not finite, or all defaults of features without a weight.
    pub fn new(
        intercept: f64,
        weights: BTreeMap<String, f64>,
        defaults: BTreeMap<String, f64>,
    ) -> Result<Self, LinearError> {
        let own = (!intercept.is_finite()).then(|| "intercept".to_owned());
        let bad = |map: &BTreeMap<String, f64>| {
            map.iter().filter(|(_, value)| !value.is_finite()).map(|(name, _)| name.clone()).collect::<Vec<_>>()
        };
        let names: Vec<_> = own.into_iter().chain(bad(&weights)).chain(bad(&defaults)).collect();
        if !names.is_empty() {
            return Err(LinearError::NotFinite { names });
        }
        let names: Vec<_> = defaults.keys().filter(|name| !weights.contains_key(*name)).cloned().collect();
        if !names.is_empty() {
            return Err(LinearError::UnknownDefaults { names });
        }
        Ok(Self { intercept, weights, defaults })
    }

    /// Names of the features, ascending.
    pub fn features(&self) -> impl Iterator<Item = &str> {
        self.weights.keys().map(String::as_str)
    }

    /// Logit of a row without features.
    #[must_use]
    pub fn intercept(&self) -> f64 {
        self.intercept
    }

    /// Binds the model to the columns of a schema.
    ///
    /// # Errors
    /// All features of the model that are not in the schema.
    pub fn bind(&self, schema: &Schema) -> Result<BoundLinear, SchemaError> {
        let binding = schema.bind(self.features())?;
        let terms = self.weights.iter().zip(binding.columns()).map(|((name, weight), column)| Term {
            column: *column,
            weight: *weight,
            default: self.defaults.get(name).map_or(0.0, |default| weight * default),
        });
        Ok(BoundLinear { intercept: self.intercept, terms: terms.collect(), binding })
    }
}

#[derive(Debug, Clone, Copy)]
struct Term {
    column: usize,
    weight: f64,
    /// Contribution if the value is missing.
    default: f64,
}

impl Term {
    fn contribution(&self, row: &[f32]) -> (f64, bool) {
        match row.get(self.column) {
            Some(value) if !value.is_nan() => (self.weight * f64::from(*value), true),
            _ => (self.default, false),
        }
    }
}

/// A model bound to the columns of its features.
#[derive(Debug, Clone)]
pub struct BoundLinear {
    intercept: f64,
    terms: Vec<Term>,
    binding: Binding,
}

impl BoundLinear {
    /// Logit of one row.
    #[must_use]
    pub fn logit(&self, row: &[f32]) -> f64 {
        self.terms.iter().fold(self.intercept, |sum, term| sum + term.contribution(row).0)
    }

    /// Probability of one row: 1/(1 + e^−logit).
    #[must_use]
    pub fn probability(&self, row: &[f32]) -> f64 {
        sigmoid(self.logit(row))
    }

    /// Logit, contributions and coverage of one row.
    #[must_use]
    pub fn explain(&self, row: &[f32]) -> Explanation {
        let terms = self.terms.iter().map(|term| term.contribution(row));
        let (contributions, present): (Vec<f64>, Vec<bool>) = terms.unzip();
        let logit = contributions.iter().fold(self.intercept, |sum, contribution| sum + contribution);
        let there = present.iter().filter(|there| **there).count();
        let coverage = if present.is_empty() { 1.0 } else { there as f64 / present.len() as f64 };
        Explanation { logit, contributions, coverage }
    }

    /// Writes the logit of each row into `logits`, which is cleared first.
    pub fn logits(&self, matrix: &Matrix, logits: &mut Vec<f64>) {
        debug_assert_eq!(matrix.schema().len(), self.binding.width());
        logits.clear();
        logits.extend((0..matrix.rows()).map(|row| self.logit(matrix.row(row))));
    }
}

/// 1/(1 + e^−x).
#[must_use]
pub fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn model(json: &str) -> Result<LinearModel, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    #[test]
    fn the_explanation_of_a_row_worked_out_by_hand() {
        let schema = Schema::new(["price", "sold", "age"]).unwrap();
        let model =
            model(r#"{"intercept":-1,"weights":{"age":0.5,"price":2,"sold":-3},"defaults":{"sold":4}}"#).unwrap();
        let bound = model.bind(&schema).unwrap();
        let explanation = bound.explain(&[1.5, f32::NAN, f32::NAN]);
        // age is missing without a default, sold with one
        assert_eq!(
            explanation,
            Explanation { logit: -10.0, contributions: vec![0.0, 3.0, -12.0], coverage: 1.0 / 3.0 }
        );
        assert!((bound.probability(&[0.5, 0.0, 0.0]) - 0.5).abs() < 1e-15);
        let matrix = Matrix::new(schema, 2, vec![1.5, f32::NAN, f32::NAN, 0.5, 0.0, 0.0]).unwrap();
        let mut logits = vec![9.0; 7];
        bound.logits(&matrix, &mut logits);
        assert_eq!(logits, [-10.0, 0.0]);
    }

    #[test]
    fn each_fault_of_a_model_has_a_message() {
        let table = [
            (r#"{"intercept":0,"weights":{},"defaults":{"x":1,"y":2}}"#, "defaults without a weight: x, y"),
            (r#"{"weights":{}}"#, "missing field `intercept`"),
            (r#"{"intercept":0,"weights":{},"bias":1}"#, "unknown field `bias`"),
            (r#"{"intercept":0,"weights":{"x":"1"}}"#, "invalid type: string"),
        ];
        for (json, part) in table {
            let error = model(json).unwrap_err();
            assert!(error.contains(part), "{json}: {error}");
        }
        let nan = LinearModel::new(f64::NAN, [("x".to_owned(), f64::INFINITY)].into(), BTreeMap::new());
        assert_eq!(nan.unwrap_err().to_string(), "not finite: intercept, x");
    }

    proptest! {
        #[test]
        fn contributions_and_intercept_sum_to_the_logit_exactly(
            intercept in -10.0..10.0_f64,
            weights in prop::collection::vec(-1e3..1e3_f64, 1..12),
            row in prop::collection::vec(prop_oneof![4 => -1e3_f32..1e3, 1 => Just(f32::NAN)], 12),
        ) {
            let named = weights.iter().enumerate().map(|(at, weight)| (format!("f{at:02}"), *weight)).collect();
            let model = LinearModel::new(intercept, named, BTreeMap::new()).unwrap();
            let schema = Schema::new((0..12).map(|at| format!("f{at:02}"))).unwrap();
            let bound = model.bind(&schema).unwrap();
            let explanation = bound.explain(&row);
            let sum = explanation.contributions.iter().fold(intercept, |sum, part| sum + part);
            prop_assert_eq!(sum.to_bits(), explanation.logit.to_bits());
            prop_assert_eq!(bound.logit(&row).to_bits(), explanation.logit.to_bits());
        }
    }
}
