//! Golden rows: inputs with the scores that the model gave when it was created.

use serde::{Deserialize, Serialize};

use super::{Content, Kind, id::Id};
use crate::features::{Matrix, Schema};

/// Relative difference allowed, except for trees.
pub const TOLERANCE: f64 = 1e-5;

/// One golden row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged, expecting = "a golden row must have user, history and items, or values and scores")]
pub enum Golden {
    /// Scores of items for a user.
    Items {
        /// The user; absent if the kind does not need it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        user: Option<Id>,
        /// Items of the user's history; empty if the kind does not need them.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        history: Vec<Id>,
        /// Items with their scores.
        items: Vec<(Id, f64)>,
    },
    /// Scores of a feature row.
    Row {
        /// Values in the order of the model's features; `null` for a missing one.
        values: Vec<Option<f32>>,
        /// Numbers, or, as trees require, the bits of an `f64` as 16 hexadecimal digits.
        scores: Vec<Score>,
    },
}

/// Expected score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged, expecting = "a score must be a number or 16 hexadecimal digits")]
pub enum Score {
    /// Within [`TOLERANCE`].
    Number(f64),
    /// To the bit.
    Bits(String),
}

/// Difference between a golden row and the model.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum GoldenFault {
    /// There are no golden rows.
    #[error("no golden rows; a model without any is refused")]
    None,
    /// The row has the wrong form for the kind of model.
    #[error("golden row {row} does not fit a model of this kind: expected {expected}")]
    Unfit {
        /// Position of the row, from 0.
        row: usize,
        /// The expected form.
        expected: &'static str,
    },
    /// The row has the wrong number of values.
    #[error("golden row {row} has {found} values, the model has {expected} features")]
    Width {
        /// Position of the row, from 0.
        row: usize,
        /// Number of features of the model.
        expected: usize,
        /// Number of values in the row.
        found: usize,
    },
    /// The model gives a different score.
    #[error("golden row {row}: expected {expected} for {what}, the model gives {found}")]
    Differs {
        /// Position of the row, from 0.
        row: usize,
        /// "item n" or "output n".
        what: String,
        /// Score of the golden row.
        expected: String,
        /// Score of the model.
        found: String,
    },
}

/// Checks all rows; returns the first difference.
pub(super) fn check(content: &Content, golden: &[Golden]) -> Result<(), GoldenFault> {
    if golden.is_empty() {
        return Err(GoldenFault::None);
    }
    golden.iter().enumerate().try_for_each(|(row, golden)| match golden {
        Golden::Items { user, history, items } => {
            if matches!(content.kind(), Kind::Linear | Kind::Trees) || items.is_empty() {
                return Err(GoldenFault::Unfit { row, expected: "values and scores" });
            }
            let user = user.map_or(0, |user| user.0);
            let history: Vec<i64> = history.iter().map(|item| item.0).collect();
            items.iter().try_for_each(|(item, expected)| {
                let found = content.score(user, &history, item.0);
                let what = || format!("item {}", item.0);
                if close(*expected, found) { Ok(()) } else { Err(differs(row, what(), *expected, found)) }
            })
        }
        Golden::Row { values, scores } => row_scores(content, row, values, scores),
    })
}

fn row_scores(content: &Content, row: usize, values: &[Option<f32>], scores: &[Score]) -> Result<(), GoldenFault> {
    let names: Vec<String> = match content {
        Content::Linear(model) => model.features().map(str::to_owned).collect(),
        Content::Trees { trees, .. } => trees.features().to_vec(),
        _ => return Err(GoldenFault::Unfit { row, expected: "user or history, and items" }),
    };
    let width = GoldenFault::Width { row, expected: names.len(), found: values.len() };
    let values = values.iter().map(|value| value.unwrap_or(f32::NAN)).collect();
    let Some(matrix) = Schema::new(names).ok().and_then(|schema| Matrix::new(schema, 1, values)) else {
        return Err(width);
    };
    let found = outputs(content, &matrix);
    if found.len() != scores.len() {
        return Err(GoldenFault::Unfit { row, expected: "as many scores as the model has outputs" });
    }
    let exact = matches!(content, Content::Trees { .. });
    for (at, (expected, found)) in scores.iter().zip(found).enumerate() {
        let same = match expected {
            Score::Number(expected) if !exact => close(*expected, found),
            Score::Number(_) => return Err(GoldenFault::Unfit { row, expected: "scores as 16 hexadecimal digits" }),
            Score::Bits(bits) => u64::from_str_radix(bits, 16) == Ok(found.to_bits()),
        };
        if !same {
            let expected = match expected {
                Score::Number(number) => number.to_string(),
                Score::Bits(bits) => bits.clone(),
            };
            let found = if exact { format!("{:016x}", found.to_bits()) } else { found.to_string() };
            return Err(GoldenFault::Differs { row, what: format!("output {at}"), expected, found });
        }
    }
    Ok(())
}

fn outputs(content: &Content, matrix: &Matrix) -> Vec<f64> {
    let mut scores = Vec::new();
    match content {
        Content::Linear(model) => {
            if let Ok(bound) = model.bind(matrix.schema()) {
                bound.logits(matrix, &mut scores);
            }
        }
        Content::Trees { trees, .. } => {
            if let Ok(binding) = trees.bind(matrix.schema()) {
                trees.raw(matrix, &binding, &mut scores);
            }
        }
        _ => {}
    }
    scores
}

fn differs(row: usize, what: String, expected: f64, found: f64) -> GoldenFault {
    GoldenFault::Differs { row, what, expected: expected.to_string(), found: found.to_string() }
}

fn close(expected: f64, found: f64) -> bool {
    (expected - found).abs() <= TOLERANCE * expected.abs().max(found.abs()) + 1e-12
}
