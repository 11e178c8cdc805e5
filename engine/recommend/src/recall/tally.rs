//! Sums of scores by item.

use std::collections::HashSet;

use crate::{
    candidates::by_score,
    hits::{Hit, Hits},
    index::IdIndex,
};

/// Default maximum number of hits of a source.
pub(super) const LIMIT: usize = 500;

/// Sums of scores by item.
#[derive(Debug)]
pub(super) struct Tally {
    index: IdIndex,
    sums: Vec<f64>,
}

impl Tally {
    pub(super) fn new() -> Self {
        Self { index: IdIndex::with_capacity(64), sums: Vec::new() }
    }

    /// Adds to the score of an item.
    pub(super) fn add(&mut self, id: i64, score: f64) {
        let (row, new) = self.index.insert(id);
        if new {
            self.sums.push(score);
        } else if let Some(sum) = self.sums.get_mut(row as usize) {
            *sum += score;
        }
    }

    /// Changes the score of each item.
    pub(super) fn each(&mut self, change: impl Fn(i64, f64) -> f64) {
        for (sum, id) in self.sums.iter_mut().zip(self.index.ids()) {
            *sum = change(*id, *sum);
        }
    }

    /// Drops the items whose score is not a number.
    pub(super) fn drop_missing(&mut self) {
        let mut kept = Self::new();
        for (id, sum) in self.index.ids().iter().zip(&self.sums).filter(|(_, sum)| !sum.is_nan()) {
            kept.add(*id, *sum);
        }
        *self = kept;
    }

    /// The items, in no particular order.
    pub(super) fn ids(&self) -> &[i64] {
        self.index.ids()
    }

    /// The best items except the given ones, ties by the lower id.
    pub(super) fn best(&self, limit: usize, without: &HashSet<i64>) -> Hits {
        let ids = self.index.ids();
        let order = by_score(&self.sums, ids).into_iter();
        let hit = |at: u32| Some(Hit { id: *ids.get(at as usize)?, score: *self.sums.get(at as usize)? });
        order.filter_map(hit).filter(|hit| !without.contains(&hit.id)).take(limit).collect()
    }
}
