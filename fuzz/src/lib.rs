//! What the fuzzers call: for each, bytes that may be anything. A panic is a find.
//!
//! The rules are those of the tests of the guard, whose files these are; `README.md` says how to run them.

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

/// A message to or from any of the thirteen services: what the guard takes is decoded.
pub fn guard(bytes: &[u8]) {
    SERVICES.with(|services| targets::guard(services, bytes));
}

/// A TTHeader before a good message: what the guard takes is cut to the keys that are allowed, and decoded.
pub fn ttheader(bytes: &[u8]) {
    SERVICES.with(|services| targets::ttheader(services, bytes));
}

/// Choices of which a message that follows the IDL is made: taken, decoded, encoded, taken again.
pub fn decoders(bytes: &[u8]) {
    SERVICES.with(|services| targets::decoders(services, bytes));
}

/// A file of configuration, for every key there is.
pub fn configuration(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    for key in Key::ALL {
        for environment in [Environment::Dev, Environment::Prod] {
            std::hint::black_box(check_text(key, environment, text));
        }
    }
}
