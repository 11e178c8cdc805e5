//! The record of one request: what was found, changed and removed, and why.

mod slate;
mod why;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

pub use slate::{Provenance, Provenances, Slate, SlateItem};
pub use why::{Move, Why};

use crate::{
    candidates::{Candidates, Change},
    effect::{Explain, Facts, Lapse},
    hits::{Found, PADDED, Refused},
};

/// Names of nodes and sources by number.
#[derive(Debug, Default)]
pub(crate) struct Names {
    pub(crate) nodes: Vec<String>,
    pub(crate) sources: Vec<String>,
}

impl Names {
    pub(crate) fn node(&self, number: u16) -> &str {
        self.nodes.get(usize::from(number)).map_or("", String::as_str)
    }

    pub(crate) fn source(&self, number: u16) -> &str {
        self.sources.get(usize::from(number)).map_or("", String::as_str)
    }
}

/// One step that ran.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) node: u16,
    pub(crate) took: Duration,
    pub(crate) change: Change,
}

/// The record of one request.
#[derive(Debug)]
pub struct Record {
    pub(crate) names: Arc<Names>,
    pub(crate) steps: Vec<Step>,
    /// Numbers of the nodes that their condition skipped.
    pub(crate) skipped: Vec<u16>,
    /// Hits by source, with the number of the recall node.
    pub(crate) found: Vec<(u16, Found)>,
    pub(crate) refused: Vec<Refused>,
    lapses: Vec<Lapse>,
    notes: Vec<Lapse>,
    /// Explanations by node.
    pub(crate) explanations: Vec<Arc<dyn Explain>>,
    /// Ids and scores of the answer.
    pub(crate) last: (Vec<i64>, Vec<f64>),
}

impl Record {
    pub(crate) fn new(names: Arc<Names>, steps: usize) -> Self {
        Self {
            names,
            steps: Vec::with_capacity(steps),
            skipped: Vec::new(),
            found: Vec::new(),
            refused: Vec::new(),
            lapses: Vec::new(),
            notes: Vec::new(),
            explanations: Vec::new(),
            last: (Vec::new(), Vec::new()),
        }
    }

    pub(crate) fn skip(&mut self, node: u16) {
        self.skipped.push(node);
    }

    pub(crate) fn push(&mut self, step: Step, facts: Facts) {
        self.found.extend(facts.found.into_iter().map(|found| (step.node, found)));
        self.refused.extend(facts.refused);
        let name = self.names.node(step.node);
        let named = |mut lapse: Lapse| {
            if lapse.node.is_empty() {
                name.clone_into(&mut lapse.node);
            }
            lapse
        };
        self.lapses.extend(facts.lapses.into_iter().map(named));
        self.notes.extend(facts.notes.into_iter().map(named));
        self.explanations.extend(facts.explanation);
        self.steps.push(step);
    }

    pub(crate) fn fail(&mut self, node: u16, took: Duration, lapse: Lapse) {
        self.lapses.push(lapse);
        self.steps.push(Step { node, took, change: Change::default() });
    }

    /// The answer.
    pub(crate) fn slate(&mut self, list: Candidates) -> Slate {
        let named = if list.anonymous() { &[][..] } else { list.ids() };
        let provenance = self.provenance(named).into_iter().chain(std::iter::repeat_with(Provenances::default));
        let rows = list.ids().iter().zip(list.scores()).zip(list.owners()).zip(provenance);
        let items = rows.map(|(((id, score), owner), sources)| SlateItem {
            id: *id,
            score: *score,
            sources,
            padded: *owner == PADDED,
        });
        let items = items.collect();
        self.last = (list.ids().to_vec(), list.scores().to_vec());
        Slate { items, degraded: self.lapses.clone(), removed: self.removed() }
    }

    /// The (source, rank, score) entries of each id, in declared order of the sources.
    fn provenance(&self, ids: &[i64]) -> Vec<Provenances> {
        let index = crate::index::IdIndex::of(ids, ids.len());
        let mut all = Vec::with_capacity(ids.len() * 2);
        for (_, found) in &self.found {
            for (rank, hit) in (1u32..).zip(found.hits.iter()) {
                if let Some(position) = index.row(hit.id) {
                    all.push((position, Provenance { source: found.source, rank, score: hit.score }));
                }
            }
        }
        Provenances::of_items(ids.len(), all)
    }

    /// Number of items removed by each filter or refused from each source.
    fn removed(&self) -> BTreeMap<String, usize> {
        let mut removed = BTreeMap::new();
        for step in self.steps.iter().filter(|step| !step.change.removed.is_empty()) {
            *removed.entry(self.names.node(step.node).to_owned()).or_default() += step.change.removed.len();
        }
        for refused in &self.refused {
            *removed.entry(self.names.source(refused.source).to_owned()).or_default() += 1;
        }
        removed
    }

    /// Name of a source by its number, as in [`Provenance::source`].
    #[must_use]
    pub fn source_name(&self, source: u16) -> &str {
        self.names.source(source)
    }

    /// Parts of the answer that are missing or worse than they should be.
    #[must_use]
    pub fn degraded(&self) -> &[Lapse] {
        &self.lapses
    }

    /// Remarks that do not make the answer worse.
    #[must_use]
    pub fn notes(&self) -> &[Lapse] {
        &self.notes
    }

    /// Each node that ran, with its duration.
    pub fn timings(&self) -> impl Iterator<Item = (&str, Duration)> {
        self.steps.iter().map(|step| (self.names.node(step.node), step.took))
    }

    /// The reasons for one item: where it was found, what moved it and what removed it.
    #[must_use]
    pub fn why(&self, id: i64) -> Why {
        Why::of(self, id)
    }
}
