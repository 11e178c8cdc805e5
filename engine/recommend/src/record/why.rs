//! The reasons for one item of a request.

use serde_json::{Map, Value, json};

use super::{Record, slate::Provenance};

/// The reasons for one item.
#[derive(Debug, Clone, PartialEq)]
pub struct Why {
    /// Item.
    pub id: i64,
    /// Each source that found it.
    pub sources: Vec<Provenance>,
    /// Last score; `None` for an item that no source found.
    pub score: Option<f64>,
    /// Contribution of each feature to the ranker's score.
    pub contributions: Vec<(String, f64)>,
    /// Each step that changed its place or score.
    pub moves: Vec<Move>,
    /// The filter, re-ranker or source that removed it.
    pub removed_by: Option<String>,
    /// Reason of the removal.
    pub reason: Option<String>,
}

/// One step that changed an item's place or score. Places count from 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Move {
    /// Name of the node.
    pub node: String,
    /// Place before; `None` if the node added the item.
    pub from: Option<usize>,
    /// Place after; `None` if the node removed the item.
    pub to: Option<usize>,
    /// Score before.
    pub score_from: Option<f64>,
    /// Score after.
    pub score_to: Option<f64>,
}

/// Place and score of an item between two steps.
type Standing = Option<(usize, f64)>;

impl Why {
    pub(crate) fn of(record: &Record, id: i64) -> Self {
        let mut why = Self {
            id,
            sources: Vec::new(),
            score: None,
            contributions: Vec::new(),
            moves: Vec::new(),
            removed_by: None,
            reason: None,
        };
        for (_, found) in &record.found {
            for (rank, hit) in (1u32..).zip(found.hits.iter()).filter(|(_, hit)| hit.id == id) {
                why.sources.push(Provenance { source: found.source, rank, score: hit.score });
            }
        }
        why.follow(record);
        why.contributions = record.explanations.iter().flat_map(|explanation| explanation.contributions(id)).collect();
        why
    }

    /// Follows the item through the steps.
    fn follow(&mut self, record: &Record) {
        let standings = standings(record, self.id);
        let mut last_seen = None;
        for (step, pair) in record.steps.iter().zip(standings.windows(2)) {
            let (before, after) = (pair.first().copied().flatten(), pair.last().copied().flatten());
            last_seen = after.or(before).or(last_seen);
            let node = record.names.node(step.node).to_owned();
            if before.is_some() && after.is_none() {
                let reason = step.change.removed.iter().find(|(id, _)| *id == self.id);
                self.reason = Some(reason.map_or_else(|| "not chosen".into(), |(_, reason)| reason.to_string()));
                self.removed_by = Some(node.clone());
            } else if before.is_none() && after.is_some() {
                (self.removed_by, self.reason) = (None, None);
            }
            if before != after {
                self.moves.push(Move {
                    node,
                    from: before.map(|(place, _)| place),
                    to: after.map(|(place, _)| place),
                    score_from: before.map(|(_, score)| score),
                    score_to: after.map(|(_, score)| score),
                });
            }
        }
        self.score = last_seen.map(|(_, score)| score).or_else(|| self.sources.first().map(|first| first.score));
        if self.moves.is_empty() {
            self.never_listed(record);
        }
    }

    /// The reason for an item that was never in the list.
    fn never_listed(&mut self, record: &Record) {
        if let Some(refused) = record.refused.iter().find(|refused| refused.id == self.id) {
            self.removed_by = Some(record.names.source(refused.source).to_owned());
            self.reason = Some(refused.reason.to_owned());
        } else if let Some((node, _)) =
            record.found.iter().find(|(_, found)| found.hits.iter().any(|hit| hit.id == self.id))
        {
            self.removed_by = Some(record.names.node(*node).to_owned());
            self.reason = Some("found, but the merge had no place for it".into());
        } else {
            self.reason = Some("no source found it".into());
        }
    }

    /// The reasons as `live-pack recommend run --why` prints them.
    #[must_use]
    pub fn json(&self, record: &Record) -> Value {
        let moves = self.moves.iter().map(|step| {
            json!({ "node": step.node, "from": step.from, "to": step.to,
                    "score_from": step.score_from, "score_to": step.score_to })
        });
        let contributions: Map<String, Value> =
            self.contributions.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
        json!({
            "id": self.id.to_string(),
            "sources": self.sources.iter().map(|source| source.json(record)).collect::<Vec<_>>(),
            "score": self.score,
            "contributions": contributions,
            "moves": moves.collect::<Vec<_>>(),
            "removed_by": self.removed_by,
            "reason": self.reason,
        })
    }
}

/// The item's place and score before the first step and after each step.
fn standings(record: &Record, id: i64) -> Vec<Standing> {
    let (mut ids, mut scores) = (&record.last.0, &record.last.1);
    let standing = |ids: &[i64], scores: &[f64]| {
        let place = ids.iter().position(|other| *other == id)?;
        Some((place + 1, scores.get(place).copied()?))
    };
    let mut all = vec![standing(ids, scores)];
    for step in record.steps.iter().rev() {
        ids = step.change.ids.as_ref().unwrap_or(ids);
        scores = step.change.scores.as_ref().unwrap_or(scores);
        all.push(standing(ids, scores));
    }
    all.reverse();
    all
}
