//! Tests of the store on both engines.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs, reason = "tests")]

mod engines;
mod restart;
mod statements;
