//! Lists of weighted ids by key: neighbours, histories, popular items.
//!
//! File: `u64` keys, `u64` entries, keys (`i64`, ascending), starts (`u64`, one more than keys), ids (`i64`), weights
//! (`f32`), all little-endian.

use super::bytes::{Bytes, ascending};

/// Lists in contiguous memory; look-up by binary search.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Lists {
    keys: Vec<i64>,
    starts: Vec<usize>,
    ids: Vec<i64>,
    weights: Vec<f32>,
}

impl Lists {
    /// Sorts lists by key. Entries keep their order; empty lists are dropped.
    #[must_use]
    pub fn new(mut lists: Vec<(i64, Vec<(i64, f32)>)>) -> Self {
        lists.sort_by_key(|(key, _)| *key);
        let mut built = Self { starts: vec![0], ..Self::default() };
        for (key, entries) in lists {
            if !entries.is_empty() {
                built.keys.push(key);
                built.ids.extend(entries.iter().map(|(id, _)| *id));
                built.weights.extend(entries.iter().map(|(_, weight)| *weight));
                built.starts.push(built.ids.len());
            }
        }
        built
    }

    /// Keys that have a list, ascending.
    #[must_use]
    pub fn keys(&self) -> &[i64] {
        &self.keys
    }

    /// Total number of entries in all lists.
    #[must_use]
    pub fn entries(&self) -> usize {
        self.ids.len()
    }

    /// Entries of a key, in file order; none for an unknown key.
    pub fn get(&self, key: i64) -> impl Iterator<Item = (i64, f32)> {
        let range =
            self.keys.binary_search(&key).ok().and_then(|at| Some(*self.starts.get(at)?..*self.starts.get(at + 1)?));
        let range = range.unwrap_or_default();
        let ids = self.ids.get(range.clone()).unwrap_or_default();
        let weights = self.weights.get(range).unwrap_or_default();
        ids.iter().copied().zip(weights.iter().copied())
    }

    pub(super) fn parse(bytes: &[u8]) -> Result<Self, &'static str> {
        let mut bytes = Bytes(bytes);
        let cut = "cut off, too long, or with weights that are not finite";
        let lists = (|| {
            let keys = bytes.count()?;
            let entries = bytes.count()?;
            let (keys, starts) = (bytes.ids(keys)?, bytes.counts(keys.checked_add(1)?)?);
            let (ids, weights) = (bytes.ids(entries)?, bytes.values(entries)?);
            bytes.ended().then_some(Self { keys, starts, ids, weights })
        })();
        let lists = lists.ok_or(cut)?;
        if !ascending(&lists.keys) {
            return Err("keys must ascend");
        }
        let bounded = lists.starts.first() == Some(&0) && lists.starts.last() == Some(&lists.ids.len());
        if !bounded || !lists.starts.is_sorted() {
            return Err("starts must ascend from 0 to the number of entries");
        }
        Ok(lists)
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(24 + self.keys.len() * 16 + self.ids.len() * 12);
        let count = |count: &usize| (*count as u64).to_le_bytes();
        bytes.extend(count(&self.keys.len()));
        bytes.extend(count(&self.ids.len()));
        bytes.extend(self.keys.iter().flat_map(|key| key.to_le_bytes()));
        bytes.extend(self.starts.iter().flat_map(count));
        bytes.extend(self.ids.iter().flat_map(|id| id.to_le_bytes()));
        bytes.extend(self.weights.iter().flat_map(|weight| weight.to_le_bytes()));
        bytes
    }
}
