//! Text of a specification as a JSON value, its faults, and the check of a value against a JSON Schema.

mod fault;
mod nearest;
mod schema;
mod text;

pub use fault::{Fault, Faults};
pub(crate) use nearest::known;
pub(crate) use schema::check;
pub use text::{Format, TextError, parse};
