//! The guard against hostile bytes, compared with the decoders behind it, and against its own promises.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub,
    reason = "tests"
)]

mod agreement;
mod allocations;
mod bytes;
mod codec;
mod connection;
mod corpus;
mod header_keys;
mod headers;
mod pool;
mod refusals;
mod services;
mod targets;
mod values;
