//! Pipelines from specification to answer, through the public interface.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, clippy::float_cmp, reason = "tests")]

mod examples;
mod filters;
mod kit;
mod pipelines;
mod properties;
mod rerank;
mod sources;
mod specifications;
