//! Tests of the shop's use cases on both databases.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

mod accounts;
mod cart;
mod catalogue;
mod checker;
mod closing;
mod kit;
mod model;
mod orders;
mod quotes;
mod timers;
