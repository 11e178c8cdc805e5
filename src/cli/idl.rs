//! A Thrift codec that knows no generated types: it reads the IDL that this binary was built from and turns JSON into
//! binary and back.
//!
//! Generated types have neither names nor JSON at run time. With the IDL at hand every method reads and prints alike,
//! errors name the path of a field, and no converter has to be written for any type.

pub mod data;
pub mod decode;
pub mod encode;
pub mod message;
pub mod path;
pub mod reader;

#[cfg(test)]
mod tests;

pub use live_pack_idl::schema::{self, Schema};

pub use self::data::Data;
