//! Paths of the command line: UTF-8 everywhere, for they stand in logs, in JSON and in messages to other processes.

use std::path::PathBuf;

use clap::builder::{OsStringValueParser, TypedValueParser};

/// The path is not UTF-8.
#[derive(Debug, thiserror::Error)]
#[error("must be UTF-8")]
struct NotUtf8;

/// Takes a path, or says of which option it cannot be one.
pub fn utf8_path() -> impl TypedValueParser<Value = PathBuf> {
    OsStringValueParser::new().try_map(|text| text.into_string().map(PathBuf::from).map_err(|_| NotUtf8))
}
