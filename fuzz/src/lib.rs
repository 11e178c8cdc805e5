//! The targets of the fuzzers: each takes arbitrary bytes. A panic is a finding.
//!
//! The rules are those of the tests of the guard, whose files are included; `README.md` describes how to run them.

#![allow(dead_code, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "shared with tests")]

#[path = "../../idl/tests/guard/bytes.rs"]
mod bytes;
#[path = "../../idl/tests/guard/headers.rs"]
mod headers;
#[path = "../../idl/tests/guard/services.rs"]
mod services;
#[path = "../../idl/tests/guard/targets.rs"]
mod targets;
#[path = "../../idl/tests/guard/values.rs"]
mod values;

use std::cell::LazyCell;

use live_pack_dal::config::{Environment, Key, check_text};

thread_local! {
    static SERVICES: LazyCell<Vec<services::Service>> = LazyCell::new(services::all);
}

/// A message to or from any of the thirteen services: if the guard accepts it, it is decoded.
pub fn guard(bytes: &[u8]) {
    SERVICES.with(|services| targets::guard(services, bytes));
}

/// A TTHeader before a good message: if the guard accepts it, it is reduced to the allowed keys, and decoded.
pub fn ttheader(bytes: &[u8]) {
    SERVICES.with(|services| targets::ttheader(services, bytes));
}

/// Choices that produce a valid message of the IDL: accepted, decoded, encoded, accepted again.
pub fn decoders(bytes: &[u8]) {
    SERVICES.with(|services| targets::decoders(services, bytes));
}

/// A configuration file, for every key.
pub fn configuration(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    for key in Key::ALL {
        for environment in [Environment::Dev, Environment::Prod] {
            std::hint::black_box(check_text(key, environment, text));
        }
    }
}
