//! Strategies that give each item one owner: the first slot in order that still has room for it.

use super::Pool;
use crate::{error::NodeError, hits::Item, shares::largest_remainder};

/// Larger limits count as unlimited; the arithmetic of shares is exact below this number.
const UNLIMITED: usize = 1 << 40;

impl Pool<'_> {
    /// Each slot takes up to its number of places, in order.
    fn fill(&mut self, places: impl Fn(usize) -> usize, order: &[usize], limit: usize) -> Vec<Claim> {
        let mut claims = Vec::with_capacity(limit.min(self.answers.index.ids().len()));
        for slot in order {
            for _ in 0..places(*slot) {
                if claims.len() >= limit {
                    return claims;
                }
                let Some(item) = self.take(*slot) else { break };
                claims.push(Claim { slot: *slot, item });
            }
        }
        claims
    }

    /// All items, grouped by the first slot that found them.
    pub(super) fn chain(&mut self, order: &[usize], limit: usize) -> Vec<Item> {
        items(self.fill(|_| usize::MAX, order, limit))
    }

    /// A fixed number of places per slot.
    pub(super) fn quota(&mut self, quotas: &[usize], order: &[usize]) -> Vec<Item> {
        items(self.fill(|slot| quotas.get(slot).copied().unwrap_or_default(), order, usize::MAX))
    }

    /// Each slot up to its own limit, until the total limit.
    pub(super) fn waterfall(&mut self, limits: &[usize], order: &[usize], limit: usize) -> Vec<Item> {
        items(self.fill(|slot| limits.get(slot).copied().unwrap_or(usize::MAX), order, limit))
    }

    /// Shares of the limit by largest remainder over the slots that answered; places that a slot cannot fill go to slots
    /// that still have items.
    pub(super) fn ratio(&mut self, ratios: &[f64], order: &[usize], limit: usize) -> Vec<Item> {
        let weights: Vec<f64> = ratios
            .iter()
            .enumerate()
            .map(|(slot, ratio)| if self.answers.answered(slot) { *ratio } else { 0.0 })
            .collect();
        let claims = self.shares(&weights, order, limit);
        grouped(claims, order)
    }

    fn shares(&mut self, weights: &[f64], order: &[usize], limit: usize) -> Vec<Claim> {
        // Without a limit, every slot with a ratio contributes all its items.
        let supply = self.answers.index.ids().len();
        let limit = if limit > UNLIMITED { supply } else { limit };
        let mut claims: Vec<Claim> = Vec::with_capacity(limit.min(supply));
        let mut weights = weights.to_vec();
        while claims.len() < limit && weights.iter().any(|weight| *weight > 0.0) {
            let places = largest_remainder(limit - claims.len(), &weights);
            claims.extend(self.fill(|slot| places.get(slot).copied().unwrap_or_default(), order, usize::MAX));
            for (slot, weight) in weights.iter_mut().enumerate() {
                if !self.has_supply(slot) {
                    *weight = 0.0;
                }
            }
        }
        claims
    }

    /// All items of slots without a ratio, then shares of the rest.
    pub(super) fn hybrid_ratio(
        &mut self,
        ratios: &[Option<f64>],
        trim: bool,
        order: &[usize],
        limit: usize,
    ) -> Result<Vec<Item>, NodeError> {
        let whole = |slot: usize| if ratios.get(slot).is_some_and(Option::is_none) { usize::MAX } else { 0 };
        let mut claims = self.fill(whole, order, usize::MAX);
        if claims.len() > limit && !trim {
            let reason = format!("{} items of sources without a ratio exceed the limit {limit}", claims.len());
            return Err(NodeError::Merge { strategy: "hybrid_ratio", reason });
        }
        claims.truncate(limit);
        let weights: Vec<f64> = ratios
            .iter()
            .enumerate()
            .map(|(slot, ratio)| ratio.filter(|_| self.answers.answered(slot)).unwrap_or_default())
            .collect();
        let rest = self.shares(&weights, order, limit - claims.len());
        claims.extend(rest);
        Ok(grouped(claims, order))
    }

    /// One item per slot in each round; with `snake`, every second round goes backwards.
    pub(super) fn rounds(&mut self, order: &[usize], limit: usize, snake: bool) -> Vec<Item> {
        let mut items = Vec::new();
        let mut backwards = false;
        loop {
            let before = items.len();
            for place in 0..order.len() {
                let place = if backwards { order.len() - 1 - place } else { place };
                if items.len() < limit
                    && let Some(item) = order.get(place).and_then(|slot| self.take(*slot))
                {
                    items.push(item);
                }
            }
            if items.len() == before {
                return items;
            }
            backwards = snake && !backwards;
        }
    }
}

/// An item with its owner.
struct Claim {
    slot: usize,
    item: Item,
}

fn items(claims: Vec<Claim>) -> Vec<Item> {
    claims.into_iter().map(|claim| claim.item).collect()
}

/// Items grouped by owner, the owners in order, the items of one owner in its own order.
fn grouped(mut claims: Vec<Claim>, order: &[usize]) -> Vec<Item> {
    claims.sort_by_key(|claim| order.iter().position(|slot| *slot == claim.slot));
    items(claims)
}
