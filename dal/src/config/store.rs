//! Files of configuration as they are found on disk.

use std::{
    fs, io,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::Arc,
};

use live_pack_engine::hash::{FNV_BASIS, finish, fnv1a};

use super::{Conf, Environment, Fault, Key, conf::Texts, table::ops};
use crate::files::{self, Files};

/// The content found in the place of a key.
#[derive(Debug, Clone)]
pub(super) enum Found {
    /// No file.
    Absent,
    /// A text.
    Text(Arc<str>),
    /// Something that is not a text.
    Unreadable(Fault),
}

/// A hash of the content found; equal: nothing changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Print(pub(super) u64);

impl Print {
    /// The hash of an absent file.
    pub(super) const ABSENT: Self = Self(0);

    /// The hash of a text.
    pub(super) fn of(text: &str) -> Self {
        Self(finish(fnv1a(FNV_BASIS, text.as_bytes())))
    }

    /// In hexadecimal.
    pub(super) fn text(self) -> String {
        format!("{:016x}", self.0)
    }
}

impl Found {
    pub(super) fn print(&self) -> Print {
        match self {
            Self::Absent => Print::ABSENT,
            Self::Text(text) => Print::of(text),
            Self::Unreadable(fault) => Print::of(&fault.to_string()),
        }
    }

    /// The text, good or bad, if there is one.
    pub(super) fn text(&self) -> Option<Arc<str>> {
        match self {
            Self::Text(text) => Some(Arc::clone(text)),
            Self::Absent | Self::Unreadable(_) => None,
        }
    }

    /// The text, if there is one and it is good.
    pub(super) fn checked(self, key: Key, environment: Environment) -> Result<Option<Arc<str>>, Vec<Fault>> {
        match self {
            Self::Absent => Ok(None),
            Self::Unreadable(fault) => Err(vec![fault]),
            Self::Text(text) => {
                let faults = check_text(key, environment, &text);
                if faults.is_empty() { Ok(Some(text)) } else { Err(faults) }
            }
        }
    }
}

/// Reads the file of a key.
pub(super) fn find(files: &Files, dir: &Path, key: Key) -> Found {
    let fault = |rule: &str, found: String| Found::Unreadable(Fault::of_file(key.name(), rule, found));
    let read = files.look(&path(dir, key), move |path| match files::read_beginning(path, key.most_bytes()) {
        // a dangling link is a mistake, not an absent file
        Err(error) if error.kind() == io::ErrorKind::NotFound && !path.is_symlink() => Ok(None),
        read => read.map(Some),
    });
    match read {
        Ok(None) => Found::Absent,
        Err(error) => fault("must be a readable file", error.to_string()),
        Ok(Some(bytes)) if bytes.len() as u64 > key.most_bytes() => {
            // only part of the content is hashed: a change of a huge file is still noticed once
            let print = Print(finish(fnv1a(FNV_BASIS, &bytes))).text();
            fault(&format!("must be at most {} MiB", key.most_bytes() >> 20), format!("more ({print}…)"))
        }
        Ok(Some(bytes)) => match files::utf8(bytes) {
            Ok(text) => Found::Text(text.into()),
            Err(error) => fault("must be UTF-8", error.to_string()),
        },
    }
}

fn path(dir: &Path, key: Key) -> PathBuf {
    dir.join(format!("{}.json", key.name()))
}

/// Prefixes and suffixes of file names that are skipped: hidden files, leftovers of editors, notes.
const PASSED_OVER: (&[&str], &[&str]) = (&[".", "#", "README"], &["~", ".swp", ".bak"]);

/// Contents of a directory.
#[derive(Debug, Default)]
pub(super) struct Look {
    /// The content for every key; empty if the directory cannot be read.
    pub(super) found: Vec<(Key, Found)>,
    /// Files that belong to no key, or the directory if it cannot be read.
    pub(super) strange: Vec<Fault>,
}

/// Reads every file of a directory.
pub(super) fn look(files: &Files, dir: &Path) -> Look {
    match strangers(files, dir) {
        Ok(strange) => Look { found: Key::ALL.map(|key| (key, find(files, dir, key))).into(), strange },
        Err(unreadable) => Look { found: Vec::new(), strange: vec![unreadable] },
    }
}

/// Maximum number of unknown files that are named: a wrong directory may hold any number.
const MOST_STRANGERS: usize = 32;

/// Files that belong to no key. Subdirectories are skipped.
fn strangers(files: &Files, dir: &Path) -> Result<Vec<Fault>, Fault> {
    let found = files.look(dir, |dir| fs::read_dir(dir)?.collect::<io::Result<Vec<_>>>());
    let found = found.map_err(|error| {
        Fault::of_file(dir.display().to_string(), "must be a readable directory", error.to_string())
    })?;
    let name = |entry: &fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
    let strange = found.iter().filter(|entry| is_strange(&name(entry)) && !is_directory(files, entry));
    let mut names: Vec<String> = strange.map(name).collect();
    names.sort();
    let rule = format!("must be named after a key, one of {}", Key::ALL.map(Key::name).join(", "));
    let fault = |name: &String| Fault::of_file(name.clone(), rule.clone(), format!("{name:?}"));
    let mut faults: Vec<_> = names.iter().take(MOST_STRANGERS).map(fault).collect();
    if let more @ 1.. = names.len().saturating_sub(MOST_STRANGERS) {
        faults.push(Fault::of_file(
            dir.display().to_string(),
            "must hold no other files",
            format!("{more} more of them"),
        ));
    }
    Ok(faults)
}

/// Whether a name is neither that of a key nor skipped.
fn is_strange(name: &str) -> bool {
    let (beginnings, endings) = PASSED_OVER;
    let known = name.strip_suffix(".json").is_some_and(|stem| Key::named(stem).is_some());
    let passed_over = beginnings.iter().any(|beginning| name.starts_with(beginning))
        || endings.iter().any(|ending| name.ends_with(ending));
    !known && !passed_over
}

/// Whether it is a directory, or a link to one. Only links need a system call for that.
fn is_directory(files: &Files, entry: &fs::DirEntry) -> bool {
    match entry.file_type() {
        Ok(found) if found.is_symlink() => files.look(&entry.path(), |path| Ok(path.is_dir())).unwrap_or(false),
        found => found.is_ok_and(|found| found.is_dir()),
    }
}

/// All faults of a text for the file of a key.
#[must_use]
pub fn check_text(key: Key, environment: Environment, text: &str) -> Vec<Fault> {
    (ops(key).faults)(text, environment)
}

/// Every fault that would stop a server from starting with this directory; `build` derives values from the
/// configuration, as in [`super::Centre::open`].
pub fn check_dir<X>(
    dir: &Path,
    environment: Environment,
    build: impl Fn(&Conf) -> Result<X, Vec<Fault>>,
) -> Vec<Fault> {
    let Look { found, strange } = look(&Files::default(), dir);
    strange.into_iter().chain(build_all(found, environment, &build).err().unwrap_or_default()).collect()
}

/// The value built from all files, or all their faults, including those that only building shows.
pub(super) fn build_all<X>(
    found: impl IntoIterator<Item = (Key, Found)>,
    environment: Environment,
    build: &dyn Fn(&Conf) -> Result<X, Vec<Fault>>,
) -> Result<(Conf, X), Vec<Fault>> {
    let (mut texts, mut unreadable) = (Texts::new(), Vec::new());
    for (key, found) in found {
        match found {
            Found::Absent => {}
            Found::Text(text) => drop(texts.insert(key, text)),
            Found::Unreadable(fault) => unreadable.push(fault),
        }
    }
    match assemble(&texts, environment, build) {
        Ok(built) if unreadable.is_empty() => Ok(built),
        built => Err(unreadable.into_iter().chain(built.err().unwrap_or_default()).collect()),
    }
}

/// The value built from the texts, or all faults of all of them.
pub(super) fn assemble<X>(
    texts: &Texts,
    environment: Environment,
    build: &dyn Fn(&Conf) -> Result<X, Vec<Fault>>,
) -> Result<(Conf, X), Vec<Fault>> {
    let (conf, mut findings) = Conf::load(texts, environment);
    // `build` is the program's: its panic costs this change, not the watch
    let built = catch_unwind(AssertUnwindSafe(|| build(&conf)));
    match built.unwrap_or_else(|_| Err(vec![Fault::of_file("plans", "must compile", "a panic")])) {
        Ok(derived) if findings.faults.is_empty() => return Ok((conf, derived)),
        Ok(_) => {}
        Err(faults) => findings.add_new(faults),
    }
    Err(findings.faults)
}
