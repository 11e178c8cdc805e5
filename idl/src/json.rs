//! A Thrift codec without generated types: it uses the IDL in the binary to convert JSON to binary and back.
//!
//! Generated types have neither names nor JSON at run time. With the IDL every method is read and printed in the same
//! way, errors name the path of a field, and no type needs a converter.

pub mod data;
pub mod decode;
pub mod encode;
pub mod message;
pub mod path;
pub mod reader;

#[cfg(test)]
mod tests;

pub use self::data::Data;
