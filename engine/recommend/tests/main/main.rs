//! Pipelines from specification to answer, through the public interface.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, clippy::float_cmp, reason = "tests")]

mod allocations;
mod examples;
mod faults;
mod filters;
mod hooks;
mod kit;
mod page;
mod pipelines;
mod properties;
mod rerank;
mod sources;
mod specifications;
