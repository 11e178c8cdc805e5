//! Filters: all look at the list as a whole, in one batch, and record a reason for each item that they remove.

mod exclude;
mod expr;

pub(crate) use exclude::{EXCLUDE, Exclude};

use crate::types::NodeType;

/// The built-in filters.
pub(crate) fn types<E: Sync + 'static>() -> Vec<NodeType<E>> {
    vec![NodeType::node::<Exclude>(), NodeType::node::<expr::Expr>()]
}
