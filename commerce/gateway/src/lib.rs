//! The shop's HTTP API: JSON over HTTP/1.1, errors as problem documents.
//!
//! The crate guarantees that every error answer is a problem document with its `log_id`, that all faults of a request
//! are named at once, and that up to 512 requests in flight are never refused.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::cast_possible_truncation,
        reason = "tests"
    )
)]

mod app;
mod body;
mod endpoint;
mod endpoints;
mod fields;
mod input;
mod json;
mod limit;
mod metrics;
mod openapi;
mod problem;
mod router;
mod routes;
mod run;
mod schemas;
mod serve;

pub use app::App;
pub use problem::Problem;
pub use router::router;
pub use serve::{ServeError, serve};
