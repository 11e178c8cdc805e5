//! The answer of a pipeline.

use std::{
    collections::BTreeMap,
    ops::{Deref, Range},
    sync::Arc,
};

use serde_json::{Value, json};

use super::Record;
use crate::effect::Lapse;

/// The answer of a pipeline.
#[derive(Debug, Clone, PartialEq)]
pub struct Slate {
    /// Items in order.
    pub items: Vec<SlateItem>,
    /// Sources and nodes whose contribution is missing or worse than it should be.
    pub degraded: Vec<Lapse>,
    /// Number of items that each filter removed.
    pub removed: BTreeMap<String, usize>,
}

/// One item of an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct SlateItem {
    /// Item.
    pub id: i64,
    /// Score after the last node.
    pub score: f64,
    /// Each source that found it; empty if `postprocess.truncate_fields` dropped the sources.
    pub sources: Provenances,
    /// Whether padding added it.
    pub padded: bool,
}

/// One source that found an item.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Provenance {
    /// Number of the source; [`Record::source_name`] names it.
    pub source: u16,
    /// Rank in the source, from 1.
    pub rank: u32,
    /// Score on the scale of the source.
    pub score: f64,
}

/// The sources of one item, in declared order. All items of an answer share one allocation.
#[derive(Clone, Default)]
pub struct Provenances {
    all: Arc<[Provenance]>,
    own: Range<usize>,
}

impl Provenances {
    /// Builds the sources of `count` items from pairs of an item's position and a source, in any order. A source occurs at most
    /// once per item.
    pub(crate) fn of_items(count: usize, mut found: Vec<(u32, Provenance)>) -> Vec<Self> {
        found.sort_unstable_by_key(|(position, provenance)| (*position, provenance.source));
        let all: Arc<[Provenance]> = found.iter().map(|(_, provenance)| *provenance).collect();
        let mut end = 0;
        let own = (0..count).map(|position| {
            let start = end;
            let others = found.get(start..).unwrap_or(&[]).iter();
            end += others.take_while(|(other, _)| *other as usize == position).count();
            Self { all: Arc::clone(&all), own: start..end }
        });
        own.collect()
    }
}

impl Deref for Provenances {
    type Target = [Provenance];

    fn deref(&self) -> &[Provenance] {
        self.all.get(self.own.clone()).unwrap_or(&[])
    }
}

impl std::fmt::Debug for Provenances {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        (**self).fmt(f)
    }
}

impl PartialEq for Provenances {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Provenance {
    pub(crate) fn json(&self, record: &Record) -> Value {
        json!({ "source": record.source_name(self.source), "rank": self.rank, "score": self.score })
    }
}

impl Slate {
    /// The answer as `live-pack recommend run` prints it.
    #[must_use]
    pub fn json(&self, record: &Record) -> Value {
        let item = |item: &SlateItem| {
            let sources: Vec<_> = item.sources.iter().map(|source| source.json(record)).collect();
            json!({ "id": item.id.to_string(), "score": item.score, "sources": sources, "padded": item.padded })
        };
        let lapse = |lapse: &Lapse| json!({ "node": lapse.node, "reason": lapse.reason });
        json!({
            "items": self.items.iter().map(item).collect::<Vec<_>>(),
            "degraded": self.degraded.iter().map(lapse).collect::<Vec<_>>(),
            "removed": self.removed,
        })
    }
}
