//! Everything that crosses crates, in one binary: a module a topic.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

mod ask;
mod bad_input;
mod banners;
mod calls;
mod configuration;
mod creator_shop;
mod faults;
mod hostile;
mod house;
mod pages;
mod prices;
mod process;
mod redis;
mod rooms;
mod same_bytes;
mod stack;
mod surprise_set;
mod truth;
mod vouchers;
mod wire;
