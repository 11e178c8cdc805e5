//! Files of configuration as they are found on disk.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{Conf, Environment, Fault, Key, conf::Texts, keyed::ops};
use crate::experiment::{FNV_BASIS, finish, fnv1a};

/// A file that is larger is not configuration.
const MAX_BYTES: u64 = 1024 * 1024;

/// What stands in the place of a key.
#[derive(Debug, Clone)]
pub(super) enum Found {
    /// No file.
    Absent,
    /// A text.
    Text(Arc<str>),
    /// Something that is no text.
    Unreadable(Fault),
}

/// A hash of what was found; equal: nothing changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Print(pub(super) u64);

impl Print {
    /// Of a key without a file.
    pub(super) const ABSENT: Self = Self(0);

    /// Of a text.
    pub(super) fn of(text: &str) -> Self {
        Self(finish(fnv1a(FNV_BASIS, text.as_bytes())))
    }

    /// As people see it.
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

    /// The text, where there is one and it is good.
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
pub(super) fn find(dir: &Path, key: Key) -> Found {
    let fault = |rule: &str, found: String| Found::Unreadable(Fault::of_file(key.name(), rule, found));
    let mut bytes = Vec::new();
    let read = File::open(path(dir, key)).and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes));
    match read {
        // a link that leads nowhere is somebody's mistake, not the absence of a file
        Err(error) if error.kind() == io::ErrorKind::NotFound && !path(dir, key).is_symlink() => Found::Absent,
        Err(error) => fault("must be readable", error.to_string()),
        Ok(read) if u64::try_from(read).is_ok_and(|read| read > MAX_BYTES) => {
            // part of the content stands for the whole: a change of a huge file is still one
            let print = Print(finish(fnv1a(FNV_BASIS, &bytes))).text();
            fault("must be at most 1 MiB", format!("more ({print}…)"))
        }
        Ok(_) => match String::from_utf8(bytes) {
            Ok(text) => Found::Text(text.into()),
            Err(error) => fault("must be UTF-8", error.utf8_error().to_string()),
        },
    }
}

/// Puts a good text aside. Readers see the old or the new file, never a part of one.
pub(super) fn keep(dir: &Path, key: Key, text: &str) -> io::Result<()> {
    if matches!(find(dir, key), Found::Text(kept) if *kept == *text) {
        return Ok(());
    }
    fs::create_dir_all(dir)?;
    let written = dir.join(format!(".{}.json.new", key.name()));
    fs::write(&written, text)?;
    fs::rename(&written, path(dir, key))
}

fn path(dir: &Path, key: Key) -> PathBuf {
    dir.join(format!("{}.json", key.name()))
}

/// Files that belong to no key, and a directory that is none. Hidden files, sub-directories and `README*` are let be.
pub(super) fn strangers(dir: &Path) -> Vec<Fault> {
    let named = dir.display().to_string();
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) => return vec![Fault::of_file(named, "must be a readable directory", error.to_string())],
    };
    let files = entries.flatten().filter(|entry| !entry.path().is_dir());
    let names = files.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let strange = names.filter(|name| {
        let known = name.strip_suffix(".json").is_some_and(|stem| Key::named(stem).is_some());
        !known && !name.starts_with('.') && !name.starts_with("README")
    });
    let mut strange: Vec<String> = strange.collect();
    strange.sort();
    let known = Key::ALL.map(Key::name).join(", ");
    let rule = format!("must be named after a key, one of {known}");
    strange.into_iter().map(|name| Fault::of_file(name.clone(), rule.clone(), format!("{name:?}"))).collect()
}

/// All faults of a text that would stand in the file of a key.
#[must_use]
pub fn check_text(key: Key, environment: Environment, text: &str) -> Vec<Fault> {
    (ops(key).faults)(text, environment)
}

/// Everything that would stop a server from starting with this directory; `build` is what is made of the configuration,
/// as in [`super::Centre::open`], and is asked only once every file is good.
pub fn check_dir<X>(
    dir: &Path,
    environment: Environment,
    build: impl FnOnce(&Conf) -> Result<X, Vec<Fault>>,
) -> Vec<Fault> {
    let mut faults = strangers(dir);
    let mut texts = Texts::new();
    for key in Key::ALL {
        match find(dir, key).checked(key, environment) {
            Ok(text) => texts.extend(text.map(|text| (key, text))),
            Err(found) => faults.extend(found),
        }
    }
    if faults.is_empty() {
        let (conf, found) = Conf::load(&texts, environment);
        faults = found;
        faults.extend(build(&conf).err().unwrap_or_default());
    }
    faults
}
