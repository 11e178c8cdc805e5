//! Paths on the command line: always UTF-8, because they occur in logs, in JSON and in messages to other processes.

use std::{any::TypeId, path::PathBuf};

use clap::{
    Arg,
    builder::{OsStringValueParser, TypedValueParser as _},
};

/// The path is not UTF-8.
#[derive(Debug, thiserror::Error)]
#[error("must be UTF-8")]
struct NotUtf8;

/// The argument; a path accepts UTF-8 only.
#[must_use]
pub fn in_utf8(arg: Arg) -> Arg {
    if arg.get_value_parser().type_id() != TypeId::of::<PathBuf>() {
        return arg;
    }
    let path = OsStringValueParser::new();
    arg.value_parser(path.try_map(|text| text.into_string().map(PathBuf::from).map_err(|_| NotUtf8)))
}
