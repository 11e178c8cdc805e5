//! Post-processing: what happens to a list once its order is settled.

mod padding;
mod truncate_fields;

use crate::types::NodeType;

/// The built-in post-processing.
pub(crate) fn types<E: Sync + 'static>() -> Vec<NodeType<E>> {
    vec![NodeType::node::<padding::Padding>(), NodeType::node::<truncate_fields::TruncateFields>()]
}
