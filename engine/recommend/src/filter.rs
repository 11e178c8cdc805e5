//! Filters: each sees the whole list in one batch and records a reason for every item that it removes.

mod exclude;
mod expr;
mod frequency_cap;
mod listed;
mod on_error;
mod quality;
mod session;

pub(crate) use exclude::{EXCLUDE, Exclude};

use crate::types::NodeType;

/// The built-in filters.
pub(crate) fn types<E: Sync + 'static>() -> Vec<NodeType<E>> {
    vec![
        NodeType::node::<Exclude>(),
        NodeType::node::<expr::Expr>(),
        NodeType::node::<listed::Listed<0>>(),
        NodeType::node::<listed::Listed<1>>(),
        NodeType::node::<listed::Listed<2>>(),
        NodeType::node::<frequency_cap::FrequencyCap>(),
        NodeType::node::<quality::QualityGate>(),
        NodeType::node::<quality::TimeDecay>(),
        NodeType::node::<session::SeenInSession>(),
        NodeType::node::<session::DedupField>(),
        NodeType::node::<session::Holdout>(),
    ]
}
