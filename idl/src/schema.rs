//! The IDL as data, for printing in the command line and for the build script, which makes the guard's table from it.
//!
//! The only reader of the IDL in the project. The build script compiles the same files, so nothing in them may use the
//! generated types.

mod definition;
mod lexer;
mod parser;

pub use self::definition::{BASE, Enum, Field, Literal, Method, Presence, SERVICES, Schema, SchemaError, Struct, Type};
