//! The table of built-in node types.

use crate::{enrich, filter, post, rank, recall, rerank, types::Types};

/// The built-in node types; `Types::with` adds those of an application.
#[must_use]
pub fn builtin<E: Sync + 'static>() -> Types<E> {
    let types = [recall::types(), filter::types(), enrich::types(), rank::types(), rerank::types(), post::types()];
    Types::new(types.into_iter().flatten())
}
