//! Rankers: scores from models over the feature matrix, and sorting by declared fields.

mod gbdt;
mod lr;
mod model;
mod sort;

use crate::types::NodeType;

/// The built-in rankers.
pub(crate) fn types<E: Sync + 'static>() -> Vec<NodeType<E>> {
    vec![NodeType::node::<gbdt::Gbdt>(), NodeType::node::<lr::Lr>(), NodeType::node::<sort::Sort>()]
}
