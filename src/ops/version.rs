//! The identity of this binary: its version, source revision and compiler.

use serde_json::{Value, json};

/// The version of the crate.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
/// The git revision, or "unknown" if it was built outside a checkout.
pub const REVISION: &str = env!("LIVE_PACK_REVISION");
/// The compiler.
pub const RUSTC: &str = env!("LIVE_PACK_RUSTC");

/// The answer of `/version`.
#[must_use]
pub fn as_json() -> Value {
    json!({ "version": VERSION, "revision": REVISION, "rustc": RUSTC })
}
