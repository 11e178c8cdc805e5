//! Tests of hot configuration, on real files.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod callers;
mod changes;
mod checks;
mod mutations;
mod shipped;
mod start;

use std::{fs, path::Path};

use prometheus::Registry;

use super::*;

/// A directory with these files.
fn dir(files: &[(Key, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (key, text) in files {
        write(dir.path(), *key, text);
    }
    dir
}

fn write(dir: &Path, key: Key, text: &str) {
    fs::write(dir.join(format!("{key}.json")), text).unwrap();
}

fn options(dir: &Path) -> Options {
    Options { dir: Some(dir.into()), clock: crate::Clock::Frozen(7), registry: Registry::new(), ..Options::default() }
}

fn open(dir: &Path) -> Centre<()> {
    Centre::open(options(dir), |_| Ok(())).unwrap()
}

/// The faults of a text, as people read them.
fn faults(key: Key, text: &str) -> Vec<String> {
    (table::ops(key).faults)(text, Environment::Test).iter().map(ToString::to_string).collect()
}
