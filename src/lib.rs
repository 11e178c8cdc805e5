//! The service around the handlers: the listener, its middleware, the ops server, the settings and the command line.
//!
//! The crate promises that a request is counted, bounded by a deadline and answered even if its handler panics; that
//! SIGTERM and SIGINT end the process with exit code 0 and without losing a request that has arrived; and that SIGHUP
//! never stops it. [`wiring`] alone puts the parts of the service together.

pub mod cli;
pub mod log_key;
pub mod logging;
pub mod metrics;
pub mod middleware;
pub mod ops;
pub mod pack_service;
pub mod records;
pub mod server;
pub mod settings;
pub mod traces;
pub mod wiring;

#[cfg(test)]
mod testing;

pub use settings::Settings;
