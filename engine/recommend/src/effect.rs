//! The effect of a node: a change that the pipeline checks and applies as a whole or not at all.

use std::{borrow::Cow, sync::Arc};

use live_pack_recommend_model::Matrix;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::hits::{Found, Item, Refused};

/// The change that a node requests. Absent parts leave the list as it is.
///
/// The parts apply in this order: features, scores, removals, order, additions, dropped columns. Because a node returns its effect and
/// never edits the list, a node that fails has changed nothing.
#[derive(Debug, Default)]
pub struct Effect {
    /// A matrix with one row per item.
    pub features: Option<Arc<Matrix>>,
    /// One score per item. An item whose score is not finite is removed with that reason.
    pub scores: Option<Vec<f64>>,
    /// Items to remove.
    pub removed: Vec<Removal>,
    /// Positions in their new order. Positions that are not named are removed from the list.
    pub order: Option<Vec<u32>>,
    /// Items to append; an id that is already in the list only gains the source bits.
    pub added: Vec<Item>,
    /// Columns that are no longer needed.
    pub dropped: Vec<Column>,
    /// Facts for the record.
    pub facts: Facts,
}

/// A column that the answer may omit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Column {
    /// The feature matrix: its memory is released, and hooks no longer see it.
    Features,
    /// The sources of each item, which the answer then omits.
    Sources,
}

/// One item to remove.
#[derive(Debug, Clone)]
pub struct Removal {
    /// Position in the list.
    pub position: u32,
    /// Reason, for the record.
    pub reason: Cow<'static, str>,
}

/// Facts that a node leaves in the record.
#[derive(Debug, Default)]
pub struct Facts {
    /// Hits of the sources that answered.
    pub found: Vec<Found>,
    /// Hits that were refused.
    pub refused: Vec<Refused>,
    /// Parts of the answer that are missing or worse than they should be.
    pub lapses: Vec<Lapse>,
    /// Remarks that do not make the answer worse.
    pub notes: Vec<Lapse>,
    /// Explains the scores of a ranker.
    pub explanation: Option<Arc<dyn Explain>>,
}

/// A part of the answer that is missing or worse than it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lapse {
    /// Name of the source or node.
    pub node: String,
    /// Reason.
    pub reason: String,
}

impl Lapse {
    /// A lapse of a node.
    pub fn new(node: &str, reason: impl ToString) -> Self {
        Self { node: node.to_owned(), reason: reason.to_string() }
    }
}

/// Explanation of a ranker's scores, computed only on request.
pub trait Explain: Send + Sync + std::fmt::Debug {
    /// The contribution of each feature to the score of one row of the feature matrix, or of one item.
    fn contributions(&self, id: i64) -> Vec<(String, f64)>;
}

impl Effect {
    /// New scores; the order stays.
    #[must_use]
    pub fn scores(scores: Vec<f64>) -> Self {
        Self { scores: Some(scores), ..Self::default() }
    }

    /// A new order; positions that are not named are removed.
    #[must_use]
    pub fn order(order: Vec<u32>) -> Self {
        Self { order: Some(order), ..Self::default() }
    }

    /// Removals.
    #[must_use]
    pub fn remove(removed: Vec<Removal>) -> Self {
        Self { removed, ..Self::default() }
    }
}

impl Removal {
    /// Removes the item at a position.
    pub fn new(position: u32, reason: impl Into<Cow<'static, str>>) -> Self {
        Self { position, reason: reason.into() }
    }
}
