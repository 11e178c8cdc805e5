//! Strategies that order items by a score: priority, weighted, reciprocal rank fusion.

use super::{Combine, Normalise, Pool};
use crate::{candidates::by_value, hits::Item};

impl Pool<'_> {
    /// Priority of the best slot that found the item, then its score there, then id.
    pub(super) fn priority(&mut self, order: &[usize]) -> Vec<Item> {
        let mut items = Vec::new();
        for slot in order {
            let start = items.len();
            while let Some(item) = self.take(*slot) {
                items.push(item);
            }
            if let Some(group) = items.get_mut(start..) {
                sort(group);
            }
        }
        items
    }

    /// Weighted, normalised scores, combined over the slots that found the item.
    pub(super) fn weighted(&mut self, weights: &[f64], normalise: Normalise, combine: Combine) -> Vec<Item> {
        let values = |pool: &Self, slot: usize| {
            let weight = weights.get(slot).copied().unwrap_or(1.0);
            let scores: Vec<f64> = pool.answers.of(slot).map(|(_, hit)| hit.score).collect();
            normalised(&scores, normalise).into_iter().map(|score| weight * score).collect::<Vec<_>>()
        };
        self.fused(values, |all, score| match combine {
            Combine::Max => all.max(score),
            Combine::Sum => all + score,
        })
    }

    /// Σ 1 / (k + rank).
    pub(super) fn rrf(&mut self, k: f64) -> Vec<Item> {
        let values = |pool: &Self, slot: usize| {
            (1..=pool.answers.of(slot).len()).map(|rank| 1.0 / (k + rank as f64)).collect::<Vec<_>>()
        };
        self.fused(values, |all, score| all + score)
    }

    /// Merges one value per hit; the first declared slot owns the item.
    fn fused(&self, values: impl Fn(&Self, usize) -> Vec<f64>, merge: impl Fn(f64, f64) -> f64) -> Vec<Item> {
        let mut merged: Vec<Option<Item>> = vec![None; self.answers.index.ids().len()];
        for slot in 0..self.answers.slots() {
            for ((row, hit), value) in self.answers.of(slot).zip(values(self, slot)) {
                match merged.get_mut(row as usize) {
                    Some(Some(item)) => item.score = merge(item.score, value),
                    Some(place) => *place = Some(self.item(slot, row, hit.id, value)),
                    None => (),
                }
            }
        }
        let mut items: Vec<Item> = merged.into_iter().flatten().collect();
        sort(&mut items);
        items
    }
}

fn sort(items: &mut [Item]) {
    items.sort_unstable_by(|a, b| by_value(b.score, a.score).then(a.id.cmp(&b.id)));
}

fn normalised(scores: &[f64], normalise: Normalise) -> Vec<f64> {
    let n = scores.len() as f64;
    let each = |of: &dyn Fn(f64) -> f64| scores.iter().map(|score| of(*score)).collect();
    match normalise {
        Normalise::Raw => scores.to_vec(),
        Normalise::Minmax => {
            let least = scores.iter().copied().fold(f64::INFINITY, f64::min);
            let range = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max) - least;
            each(&|score| if range > 0.0 { (score - least) / range } else { 1.0 })
        }
        Normalise::Zscore => {
            let mean = scores.iter().sum::<f64>() / n;
            let deviation = (scores.iter().map(|score| (score - mean).powi(2)).sum::<f64>() / n).sqrt();
            each(&|score| if deviation > 0.0 { (score - mean) / deviation } else { 0.0 })
        }
        Normalise::Rank => (0..scores.len()).map(|place| (n - place as f64) / n).collect(),
    }
}
