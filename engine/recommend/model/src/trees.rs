//! Gradient-boosted trees in LightGBM's text format. Raw scores equal LightGBM's to the bit.
//!
//! A model compiles each tree twice. Trees of at most 64 leaves get a bit-vector form: one bit for each leaf, and each
//! node clears the bits of the leaves that its decision excludes, for 64 rows in one loop that needs no branch
//! (QuickScorer, Lucchese et al. 2015, turned to rows). The node form, a walk from root to leaf, serves larger trees and
//! fewer rows. Both add leaf values in `f64` in the order of the trees, as LightGBM does.

mod bits;
mod decision;
mod objective;
mod text;
mod walk;

use crate::features::{Binding, Matrix, Schema, SchemaError};

pub use objective::Objective;
pub use text::{TreeFault, TreesError};

/// Rows that the bit-vector form handles at a time.
const BLOCK: usize = 64;

/// Fewest rows for which the bit-vector form beats the walk.
const FEWEST: usize = 8;

/// LightGBM takes values of at most this size for 0.
const ZERO: f32 = 1e-35;

/// A model of gradient-boosted trees.
#[derive(Debug, Clone)]
pub struct Trees {
    features: Vec<String>,
    outputs: usize,
    /// Number of iterations of a random forest, whose predictions are means.
    divisor: Option<f64>,
    objective: Objective,
    trees: Vec<Tree>,
}

#[derive(Debug, Clone)]
struct Tree {
    walk: walk::Walk,
    bits: Option<bits::Bits>,
}

impl Trees {
    /// Reads a model that LightGBM wrote with `save_model` or `model_to_string`, version 3 or 4.
    ///
    /// # Errors
    /// All faults found in header and trees; models with linear leaves, which are not supported.
    pub fn parse(text: &str) -> Result<Self, TreesError> {
        let model = text::Model::parse(text)?;
        let trees = model.trees.iter().map(|tree| Tree { walk: walk::Walk::new(tree), bits: bits::Bits::new(tree) });
        let iterations = model.trees.len() / model.outputs.max(1);
        Ok(Self {
            trees: trees.collect(),
            divisor: (model.average && iterations > 0).then_some(iterations as f64),
            features: model.features,
            outputs: model.outputs,
            objective: model.objective,
        })
    }

    /// Names of the features in the model's order.
    #[must_use]
    pub fn features(&self) -> &[String] {
        &self.features
    }

    /// Scores for each row: 1, or the number of classes.
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// Number of trees.
    #[must_use]
    pub fn len(&self) -> usize {
        self.trees.len()
    }

    /// Whether there is no tree.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.trees.is_empty()
    }

    /// Transformation from raw scores to predictions.
    #[must_use]
    pub fn objective(&self) -> Objective {
        self.objective
    }

    /// Binds the model to the columns of a schema.
    ///
    /// # Errors
    /// All features of the model that the schema does not have.
    pub fn bind(&self, schema: &Schema) -> Result<Binding, SchemaError> {
        schema.bind(self.features.iter().map(String::as_str))
    }

    /// Writes the raw scores of all rows into `scores`, cleared before: `outputs` for each row. A raw score is the sum of
    /// the leaf values, as with `raw_score=True` in LightGBM.
    pub fn raw(&self, matrix: &Matrix, binding: &Binding, scores: &mut Vec<f64>) {
        scores.clear();
        scores.resize(matrix.rows() * self.outputs, 0.0);
        let mut block = Block::new(self.features.len());
        let rows = matrix.values().chunks(BLOCK * binding.width().max(1));
        for (rows, scores) in rows.zip(scores.chunks_mut(BLOCK * self.outputs.max(1))) {
            block.load(rows, binding);
            self.add(&block, scores);
        }
    }

    /// Writes the predictions of all rows into `scores`: raw scores, averaged in a random forest, transformed by the
    /// objective.
    pub fn predict(&self, matrix: &Matrix, binding: &Binding, scores: &mut Vec<f64>) {
        self.raw(matrix, binding, scores);
        if let Some(divisor) = self.divisor {
            scores.iter_mut().for_each(|score| *score /= divisor);
        }
        for row in scores.chunks_mut(self.outputs.max(1)) {
            self.objective.transform(row);
        }
    }

    fn add(&self, block: &Block, scores: &mut [f64]) {
        let outputs = self.outputs.max(1);
        for (at, tree) in self.trees.iter().enumerate() {
            let scores = scores.iter_mut().skip(at % outputs).step_by(outputs);
            match &tree.bits {
                Some(bits) if block.rows >= FEWEST => bits.add(block, scores),
                _ => {
                    for (row, score) in scores.enumerate() {
                        *score += tree.walk.value(block, row);
                    }
                }
            }
        }
    }
}

/// Up to [`BLOCK`] rows, column by column in the model's order, tiny values flushed to 0.
struct Block {
    columns: Vec<[f32; BLOCK]>,
    rows: usize,
}

impl Block {
    fn new(features: usize) -> Self {
        Self { columns: vec![[0.0; BLOCK]; features], rows: 0 }
    }

    fn load(&mut self, values: &[f32], binding: &Binding) {
        let width = binding.width().max(1);
        self.rows = values.len() / width;
        for (target, column) in self.columns.iter_mut().zip(binding.columns()) {
            for (slot, row) in target.iter_mut().zip(values.chunks_exact(width)) {
                let value = row.get(*column).copied().unwrap_or(f32::NAN);
                *slot = if value.abs() <= ZERO { 0.0 } else { value };
            }
        }
    }

    fn column(&self, feature: usize) -> &[f32; BLOCK] {
        const EMPTY: [f32; BLOCK] = [f32::NAN; BLOCK];
        self.columns.get(feature).unwrap_or(&EMPTY)
    }
}
