//! Merges the answers of several sources into one list without duplicates.

mod configure;
mod owners;
mod pool;
mod scored;
#[cfg(test)]
mod tests;

pub(crate) use configure::{MergeParams, configure};
pub(crate) use pool::Answers;
use pool::Pool;

use crate::{error::NodeError, hits::Item};

/// A merge strategy with its parameters by slot.
#[derive(Debug, Clone)]
pub(crate) enum Strategy {
    /// Declared order.
    First,
    /// Priority of the best source, then score, then id.
    Priority,
    /// Σ or max of weight × normalised score.
    Weighted { weights: Vec<f64>, normalise: Normalise, combine: Combine },
    /// A number of places per slot.
    Quota(Vec<usize>),
    /// A share of the limit per slot.
    Ratio(Vec<f64>),
    /// All items of slots without a ratio, then shares of the rest; `trim` cuts the former to the limit.
    HybridRatio { ratios: Vec<Option<f64>>, trim: bool },
    /// One item per slot in each round.
    RoundRobin,
    /// One item per slot in each round, every second round backwards.
    Snake,
    /// Each slot up to its limit, until the total limit.
    Waterfall(Vec<usize>),
    /// Grouped by owner.
    Chain,
    /// Σ 1 / (k + rank).
    Rrf { k: f64 },
}

/// Normalisation of a source's scores before they are weighted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Normalise {
    /// Scores as they are.
    #[default]
    Raw,
    /// (score − min) ÷ (max − min); 1 if all are equal.
    Minmax,
    /// (score − mean) ÷ standard deviation; 0 if all are equal.
    Zscore,
    /// (n + 1 − rank) ÷ n.
    Rank,
}

/// Combination of the weighted scores of one item.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Combine {
    /// The largest.
    #[default]
    Max,
    /// The sum.
    Sum,
}

/// A compiled merge.
#[derive(Debug, Clone)]
pub(crate) struct Merge {
    pub(crate) strategy: Strategy,
    /// Maximum number of items in the result.
    pub(crate) limit: Option<usize>,
    /// All slots in merge order.
    pub(crate) order: Vec<usize>,
}

impl Merge {
    /// Declared order, without a limit.
    pub(crate) fn first() -> Self {
        Self { strategy: Strategy::First, limit: None, order: vec![0] }
    }

    /// The merged list. Slot n has the source bit `base + n`.
    pub(crate) fn run(&self, answers: &Answers, base: u16) -> Result<Vec<Item>, NodeError> {
        let mut pool = Pool::new(answers, base);
        let limit = self.limit.unwrap_or(usize::MAX);
        let mut items = match &self.strategy {
            Strategy::First => pool.chain(&(0..answers.slots()).collect::<Vec<_>>(), limit),
            Strategy::Chain => pool.chain(&self.order, limit),
            Strategy::Quota(quotas) => pool.quota(quotas, &self.order),
            Strategy::Waterfall(limits) => pool.waterfall(limits, &self.order, limit),
            Strategy::Ratio(ratios) => pool.ratio(ratios, &self.order, limit),
            Strategy::HybridRatio { ratios, trim } => pool.hybrid_ratio(ratios, *trim, &self.order, limit)?,
            Strategy::RoundRobin => pool.rounds(&self.order, limit, false),
            Strategy::Snake => pool.rounds(&self.order, limit, true),
            Strategy::Priority => pool.priority(&self.order),
            Strategy::Weighted { weights, normalise, combine } => pool.weighted(weights, *normalise, *combine),
            Strategy::Rrf { k } => pool.rrf(*k),
        };
        items.truncate(limit);
        Ok(items)
    }
}
