//! The IDL as data: what the command line prints by, and what the build script makes the table of the guard from.
//!
//! One reader of the IDL for the whole project. The build script compiles the same files, so nothing in them may use the
//! generated types.

mod definition;
mod lexer;
mod parser;

pub use self::definition::{BASE, Enum, Field, Literal, Method, Presence, SERVICES, Schema, SchemaError, Struct, Type};
