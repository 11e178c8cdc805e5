//! Files of an artefact's folder, with their SHA-256.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
};

use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::ArtefactError;

/// Name of the checksum file, in `sha256sum` format.
const CHECKSUMS: &str = "SHA256SUMS";

/// A folder with its checksums.
pub(super) struct Folder {
    path: PathBuf,
    checksums: HashMap<String, String>,
}

impl Folder {
    pub(super) fn open(path: &Path) -> Result<Self, ArtefactError> {
        let list = path.join(CHECKSUMS);
        let text = fs::read_to_string(&list).map_err(|source| unreadable(&list, source))?;
        let pairs = text.lines().filter_map(|line| line.split_once("  "));
        let checksums = pairs.map(|(sum, name)| (name.to_owned(), sum.to_owned())).collect();
        Ok(Self { path: path.to_owned(), checksums })
    }

    pub(super) fn shown(&self, name: &str) -> String {
        self.path.join(name).display().to_string()
    }

    /// Content of a file whose checksum matches.
    pub(super) fn read(&self, name: &str) -> Result<Vec<u8>, ArtefactError> {
        let expected = self
            .checksums
            .get(name)
            .ok_or_else(|| ArtefactError::NoChecksum { path: self.shown(CHECKSUMS), file: name.to_owned() })?;
        let path = self.path.join(name);
        let bytes = fs::read(&path).map_err(|source| unreadable(&path, source))?;
        let found = checksum(&bytes);
        if found == *expected {
            Ok(bytes)
        } else {
            Err(ArtefactError::Checksum { path: self.shown(name), expected: expected.clone(), found })
        }
    }

    pub(super) fn json<T: DeserializeOwned>(&self, name: &str) -> Result<T, ArtefactError> {
        serde_json::from_slice(&self.read(name)?)
            .map_err(|source| ArtefactError::Json { path: self.shown(name), source })
    }
}

/// Writes files under temporary names, then renames them, the checksum file last.
pub(super) fn write(folder: &Path, named: &[(&str, Vec<u8>)]) -> Result<(), ArtefactError> {
    let failed = |path: &Path| {
        let path = path.display().to_string();
        move |source| ArtefactError::File { path, action: "cannot be written", source }
    };
    fs::create_dir_all(folder).map_err(failed(folder))?;
    let sums: String = named.iter().map(|(name, bytes)| format!("{}  {name}\n", checksum(bytes))).collect();
    let list = (CHECKSUMS, sums.into_bytes());
    let all = || named.iter().chain(std::iter::once(&list));
    let temporary = |name: &str| folder.join(format!(".{name}.new"));
    for (name, bytes) in all() {
        let path = temporary(name);
        fs::write(&path, bytes).map_err(failed(&path))?;
    }
    for (name, _) in all() {
        let path = folder.join(name);
        fs::rename(temporary(name), &path).map_err(failed(&path))?;
    }
    Ok(())
}

fn unreadable(path: &Path, source: std::io::Error) -> ArtefactError {
    ArtefactError::File { path: path.display().to_string(), action: "cannot be read", source }
}

fn checksum(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
