//! Tests of the API over HTTP, on both databases.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub,
    reason = "tests"
)]

mod bad_input;
mod buyers;
mod client;
mod document;
mod every_body;
mod keys;
mod kit;
mod serving;
