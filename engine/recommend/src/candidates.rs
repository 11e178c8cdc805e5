//! Candidates stored as columns: one entry per item, in list order.

use std::{cmp::Ordering, sync::Arc};

use live_pack_recommend_model::Matrix;

use crate::{
    effect::{Column, Effect},
    error::NodeError,
    hits::{Item, bad_score},
    index::IdIndex,
};

/// The list that a pipeline works on.
#[derive(Debug, Clone, Default)]
pub struct Candidates {
    ids: Vec<i64>,
    scores: Vec<f64>,
    sources: Vec<u64>,
    owners: Vec<u16>,
    /// Row of the feature matrix; `u32::MAX` for an item that was added after the matrix was read.
    rows: Vec<u32>,
    features: Option<Arc<Matrix>>,
    /// Items removed by filters. They are never added again.
    removed: Vec<i64>,
    /// Whether the answer leaves the sources out.
    anonymous: bool,
}

/// Changes made by one step, kept for the record.
#[derive(Debug, Default)]
pub(crate) struct Change {
    /// Ids before the step, if the step changed the list.
    pub(crate) ids: Option<Vec<i64>>,
    /// Scores before the step, if the step changed them or the list.
    pub(crate) scores: Option<Vec<f64>>,
    /// Items that the step removed, with the reason.
    pub(crate) removed: Vec<(i64, std::borrow::Cow<'static, str>)>,
}

impl Candidates {
    /// Number of items.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether the list is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Ids in list order.
    #[must_use]
    pub fn ids(&self) -> &[i64] {
        &self.ids
    }

    /// Scores in list order; finite.
    #[must_use]
    pub fn scores(&self) -> &[f64] {
        &self.scores
    }

    /// Source bits in list order.
    #[must_use]
    pub fn sources(&self) -> &[u64] {
        &self.sources
    }

    /// Owners in list order; [`crate::PADDED`] for items that padding added.
    #[must_use]
    pub fn owners(&self) -> &[u16] {
        &self.owners
    }

    /// The feature matrix of the last `feature.enrich`.
    #[must_use]
    pub fn features(&self) -> Option<&Arc<Matrix>> {
        self.features.as_ref()
    }

    /// The row of the feature matrix for each item; `None` for an item that was added after the matrix was read.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = Option<usize>> + '_ {
        self.rows.iter().map(|row| (*row != u32::MAX).then_some(*row as usize))
    }

    /// Items removed by filters. They are never added again.
    #[must_use]
    pub fn removed(&self) -> &[i64] {
        &self.removed
    }

    /// Whether the answer leaves the sources out.
    pub(crate) fn anonymous(&self) -> bool {
        self.anonymous
    }

    /// Positions by score, best first, ties by the lower id.
    #[must_use]
    pub fn by_score(&self) -> Vec<u32> {
        by_score(&self.scores, &self.ids)
    }

    /// Applies the effect of a node as a whole or not at all.
    pub(crate) fn apply(&mut self, effect: Effect) -> Result<Change, NodeError> {
        self.verify(&effect)?;
        let mut change = Change::default();
        if let Some(matrix) = effect.features {
            let end = u32::try_from(self.len()).unwrap_or(u32::MAX);
            self.rows = (0..end).collect();
            self.features = Some(matrix);
        }
        let before = (self.ids.len(), effect.scores.is_some());
        if let Some(scores) = effect.scores {
            change.scores = Some(std::mem::replace(&mut self.scores, scores));
        }
        let bad = if before.1 { self.bad_scores() } else { Vec::new() };
        let drops = !effect.removed.is_empty() || !bad.is_empty();
        if drops || effect.order.is_some() {
            change.removed.reserve(effect.removed.len() + bad.len());
            let removed = effect.removed.into_iter().map(|removal| (removal.position, removal.reason));
            let mut out = vec![false; if drops { self.len() } else { 0 }];
            for (position, reason) in removed.chain(bad.into_iter().map(|(at, reason)| (at, reason.into()))) {
                if let (Some(slot), Some(id)) = (out.get_mut(position as usize), self.ids.get(position as usize))
                    && !std::mem::replace(slot, true)
                {
                    change.removed.push((*id, reason));
                }
            }
            self.removed.extend(change.removed.iter().map(|(id, _)| *id));
            let kept = |position: &u32| !out.get(*position as usize).copied().unwrap_or(false);
            let order: Vec<u32> = match effect.order {
                Some(order) if !drops => order,
                Some(order) => order.into_iter().filter(kept).collect(),
                None => (0..u32::try_from(self.len()).unwrap_or(u32::MAX)).filter(kept).collect(),
            };
            let (ids, scores) = self.gather(&order);
            change.ids = Some(ids);
            change.scores.get_or_insert(scores);
        }
        if !effect.added.is_empty() {
            let (ids, scores) = (self.ids.clone(), self.scores.clone());
            self.add(effect.added);
            change.ids.get_or_insert(ids);
            change.scores.get_or_insert(scores);
        }
        for column in effect.dropped {
            match column {
                Column::Features => self.features = None,
                Column::Sources => self.anonymous = true,
            }
        }
        Ok(change)
    }

    /// Checks the effect: one score per item, every position inside the list, no position twice.
    fn verify(&self, effect: &Effect) -> Result<(), NodeError> {
        if effect.scores.as_ref().is_some_and(|scores| scores.len() != self.len()) {
            return Err(NodeError::Broken("one score per item"));
        }
        if effect.removed.iter().any(|removal| removal.position as usize >= self.len()) {
            return Err(NodeError::Broken("removed positions are inside the list"));
        }
        if effect.features.as_ref().is_some_and(|matrix| matrix.rows() != self.len()) {
            return Err(NodeError::Broken("one row of features per item"));
        }
        if let Some(order) = &effect.order {
            let mut seen = vec![false; self.len()];
            for position in order {
                match seen.get_mut(*position as usize) {
                    Some(slot) if !*slot => *slot = true,
                    Some(_) => return Err(NodeError::Broken("an order has each position once")),
                    None => return Err(NodeError::Broken("positions of an order are inside the list")),
                }
            }
        }
        Ok(())
    }

    fn bad_scores(&self) -> Vec<(u32, &'static str)> {
        let bad = (0u32..).zip(&self.scores).filter_map(|(at, score)| Some((at, bad_score(*score)?)));
        bad.collect()
    }

    /// Reorders the list; returns the ids and scores from before.
    fn gather(&mut self, order: &[u32]) -> (Vec<i64>, Vec<f64>) {
        fn pick<T: Copy>(column: &[T], order: &[u32]) -> Vec<T> {
            let mut picked = Vec::with_capacity(order.len());
            picked.extend(order.iter().filter_map(|position| column.get(*position as usize).copied()));
            picked
        }
        self.sources = pick(&self.sources, order);
        self.owners = pick(&self.owners, order);
        self.rows = pick(&self.rows, order);
        let scores = pick(&self.scores, order);
        let ids = pick(&self.ids, order);
        (std::mem::replace(&mut self.ids, ids), std::mem::replace(&mut self.scores, scores))
    }

    /// Adds new items; existing ones gain the new sources.
    fn add(&mut self, items: Vec<Item>) {
        let mut index = IdIndex::of(&self.ids, self.ids.len() + items.len());
        let removed = IdIndex::of(&self.removed, self.removed.len());
        self.ids.reserve(items.len());
        self.scores.reserve(items.len());
        self.sources.reserve(items.len());
        self.owners.reserve(items.len());
        self.rows.reserve(items.len());
        for item in items.into_iter().filter(|item| removed.row(item.id).is_none()) {
            let (position, new) = index.insert(item.id);
            if new {
                self.ids.push(item.id);
                self.scores.push(item.score);
                self.sources.push(item.sources);
                self.owners.push(item.owner);
                self.rows.push(u32::MAX);
            } else if let Some(sources) = self.sources.get_mut(position as usize) {
                *sources |= item.sources;
            }
        }
    }
}

/// Orders two scores. 0 and −0 (a negative score times weight 0) are equal; NaN sorts above everything.
pub(crate) fn by_value(a: f64, b: f64) -> Ordering {
    (a + 0.0).total_cmp(&(b + 0.0))
}

/// Positions by score, best first, ties by the lower id.
#[must_use]
pub fn by_score(scores: &[f64], ids: &[i64]) -> Vec<u32> {
    let mut keys: Vec<(f64, i64, u32)> =
        scores.iter().zip(ids).zip(0u32..).map(|((score, id), position)| (*score, *id, position)).collect();
    keys.sort_unstable_by(|a, b| by_value(b.0, a.0).then(a.1.cmp(&b.1)));
    keys.into_iter().map(|(.., position)| position).collect()
}
