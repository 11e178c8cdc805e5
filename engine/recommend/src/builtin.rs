//! The table of built-in node types.

use crate::{filter, recall, rerank, types::Types};

/// The built-in node types; `Types::with` adds an application's own.
#[must_use]
pub fn builtin<E: Sync + 'static>() -> Types<E> {
    Types::new(recall::types().into_iter().chain(filter::types()).chain(rerank::types()))
}
