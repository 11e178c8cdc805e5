//! The Thrift interface of Live Pack and of its twelve downstream services, as Rust types.
//!
//! The `.thrift` files beside this crate are the source; `volo.yml` lists them and the build script generates the
//! types. The crate contains no business rules.
//!
//! [`guard`] is the codec for both sides of a connection: it checks messages against the IDL before they are decoded.
//! [`methods`] lists the methods of the public interface, and [`status_code`] the statuses of their answers.

#[allow(
    warnings,
    unsafe_code,
    clippy::all,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::todo,
    clippy::unimplemented,
    clippy::dbg_macro,
    clippy::cast_possible_truncation,
    clippy::float_cmp,
    clippy::large_futures,
    reason = "generated code"
)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/thrift.rs"));
}

pub mod card;
pub mod downstream;
pub mod guard;
#[cfg(feature = "json")]
pub mod json;
pub mod methods;
pub mod schema;
pub mod status_code;

pub use methods::Method;

pub use downstream::{Downstream, DownstreamMethod};
/// A module for each IDL file.
pub use generated::thrift::*;
