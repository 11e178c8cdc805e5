//! Everything that leaves the process: RPC, Redis, caches, configuration, texts, images, regions, experiments.
//!
//! Clients return domain types ([`model`]), never wire types, and know no business rule. Every look-up has three answers:
//! found, not there, failed ([`Lookup`]); nobody turns "failed" into "not there".

pub mod call;
pub mod config;
pub mod error;
pub mod model;

pub use call::{Call, Notes};
pub use error::{Downstream, Error, ErrorKind};
pub use model::Lookup;
pub use pilota::FastStr;
pub use rust_decimal::Decimal;
