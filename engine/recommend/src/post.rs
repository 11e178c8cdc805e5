//! Post-processing of a list whose order is final.

mod padding;
mod truncate_fields;

use crate::types::NodeType;

/// The built-in post-processing.
pub(crate) fn types<E: Sync + 'static>() -> Vec<NodeType<E>> {
    vec![NodeType::node::<padding::Padding>(), NodeType::node::<truncate_fields::TruncateFields>()]
}
