//! Specifications: parsing to a JSON value, faults, and validation against a JSON Schema.

mod fault;
mod nearest;
mod schema;
mod text;

pub use fault::{Fault, Faults};
pub(crate) use nearest::known;
pub(crate) use schema::check;
pub use text::{Format, TextError, parse};
