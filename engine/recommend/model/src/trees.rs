//! Gradient-boosted trees in LightGBM's text format or XGBoost's JSON. Raw scores equal theirs to the bit.
//!
//! A model compiles each tree twice. Trees of at most 64 leaves get a bit-vector form: one bit per leaf, and each node
//! clears the bits of the leaves that its decision excludes, for 64 rows in one branch-free loop (a row-wise variant of
//! QuickScorer, Lucchese et al. 2015). The node form, a walk from root to leaf, serves larger trees and fewer rows. Both
//! add leaf values in tree order: in `f64` as LightGBM does, in `f32` as XGBoost does.

mod bits;
mod decision;
mod json;
mod objective;
mod text;
mod walk;

use crate::features::{Binding, Matrix, Schema, SchemaError};

pub use objective::Objective;
pub use text::{TreeFault, TreesError};

/// Rows that the bit-vector form processes at once.
const BLOCK: usize = 64;

/// Minimum number of rows for which the bit-vector form is faster than the walk.
const FEWEST: usize = 8;

/// LightGBM treats values of at most this size as 0.
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
    /// Raw score of each output before the first tree.
    base: Vec<f64>,
    /// Whether raw scores are sums of `f32`, and tiny values are distinct from 0.
    single: bool,
}

#[derive(Debug, Clone)]
struct Tree {
    output: usize,
    walk: walk::Walk,
    bits: Option<bits::Bits>,
}

impl Trees {
    /// Reads a LightGBM model written by `save_model` or `model_to_string` (version 3 or 4), or an XGBoost model written by
    /// `save_model` to a name that ends in .json (booster `gbtree`). Category names are not supported: categories are
    /// numbers.
    ///
    /// # Errors
    /// All faults found in header and trees; linear leaves and other boosters are not supported.
    pub fn parse(text: &str) -> Result<Self, TreesError> {
        let model = if text.trim_start().starts_with('{') { json::parse(text)? } else { text::Model::parse(text)? };
        let iterations = model.trees.len() / model.outputs.max(1);
        let compiled = |tree: &text::ParsedTree| Tree {
            output: tree.output,
            walk: walk::Walk::new(tree),
            bits: bits::Bits::new(tree),
        };
        Ok(Self {
            trees: model.trees.iter().map(compiled).collect(),
            divisor: (model.average && iterations > 0).then_some(iterations as f64),
            features: model.features,
            outputs: model.outputs,
            objective: model.objective,
            base: model.base,
            single: model.single,
        })
    }

    /// Names of the features in the model's order.
    #[must_use]
    pub fn features(&self) -> &[String] {
        &self.features
    }

    /// Number of scores per row: 1, or the number of classes.
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// Number of trees.
    #[must_use]
    pub fn len(&self) -> usize {
        self.trees.len()
    }

    /// Whether there are no trees.
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
    /// All features of the model that are not in the schema.
    pub fn bind(&self, schema: &Schema) -> Result<Binding, SchemaError> {
        schema.bind(self.features.iter().map(String::as_str))
    }

    /// Writes the raw scores of all rows into `scores`, which is cleared first: `outputs` values per row. A raw score is the
    /// sum of the leaf values, as with `raw_score=True` in LightGBM.
    pub fn raw(&self, matrix: &Matrix, binding: &Binding, scores: &mut Vec<f64>) {
        scores.clear();
        scores.extend((0..matrix.rows()).flat_map(|_| self.base.iter().copied()));
        let mut block = Block::new(self.features.len());
        let tiny = if self.single { 0.0 } else { ZERO };
        let rows = matrix.values().chunks(BLOCK * binding.width().max(1));
        for (rows, scores) in rows.zip(scores.chunks_mut(BLOCK * self.outputs.max(1))) {
            block.load(rows, binding, tiny);
            if self.single {
                self.add(&block, scores, add_single);
            } else {
                self.add(&block, scores, |score, leaf| *score += leaf);
            }
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

    fn add(&self, block: &Block, scores: &mut [f64], add: impl Fn(&mut f64, f64) + Copy) {
        for tree in &self.trees {
            let scores = scores.iter_mut().skip(tree.output).step_by(self.outputs.max(1));
            match &tree.bits {
                Some(bits) if block.rows >= FEWEST => bits.add(block, scores, add),
                _ => scores.enumerate().for_each(|(row, score)| add(score, tree.walk.value(block, row))),
            }
        }
    }
}

/// Addition in `f32`. Both operands are `f32` values, so the `f64` sum is rounded only once.
fn add_single(score: &mut f64, leaf: f64) {
    #[expect(clippy::cast_possible_truncation, reason = "rounds on purpose")]
    let sum = (*score + leaf) as f32;
    *score = f64::from(sum);
}

/// Up to [`BLOCK`] rows, stored by column in the model's order; values of at most `tiny` are 0.
struct Block {
    columns: Vec<[f32; BLOCK]>,
    rows: usize,
}

impl Block {
    fn new(features: usize) -> Self {
        Self { columns: vec![[0.0; BLOCK]; features], rows: 0 }
    }

    fn load(&mut self, values: &[f32], binding: &Binding, tiny: f32) {
        let width = binding.width().max(1);
        self.rows = values.len() / width;
        for (target, column) in self.columns.iter_mut().zip(binding.columns()) {
            for (slot, row) in target.iter_mut().zip(values.chunks_exact(width)) {
                let value = row.get(*column).copied().unwrap_or(f32::NAN);
                *slot = if value.abs() <= tiny { 0.0 } else { value };
            }
        }
    }

    fn column(&self, feature: usize) -> &[f32; BLOCK] {
        const EMPTY: [f32; BLOCK] = [f32::NAN; BLOCK];
        self.columns.get(feature).unwrap_or(&EMPTY)
    }
}
