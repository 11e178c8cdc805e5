//! The IDL as data, for printing in the command line and for the build script, which makes the guard's table from it.
//!
//! This is the only reader of the IDL in the project. The build script compiles the same files, so nothing in them may use
//! the generated types.

mod definition;
mod lexer;
mod load;
mod parser;

pub use self::{
    definition::{Enum, Field, Literal, Method, Presence, Schema, SchemaError, Struct, Type},
    load::{BASE, SERVICES},
};
