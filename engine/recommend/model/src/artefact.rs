//! Artefacts: folders that training writes and the online nodes read.
//!
//! A folder holds `artefact.json` (kind, algorithm, parameters, golden rows), the data files of its kind, and
//! `SHA256SUMS`, readable by `sha256sum -c`. [`Artefact::load`] refuses a folder whose checksums differ, whose data
//! is damaged, or whose golden rows are not reproduced: trees to the bit, everything else within 1e-5 relative.
//!
//! | kind | data files | score of an item |
//! |---|---|---|
//! | `scores` | `scores.bin`: one list under key 0 | its value |
//! | `items` | `items.bin`: history item → items | Σ of the weights over the history, divided by (its length)^`power` |
//! | `users` | `neighbours.bin`: user → users, `histories.bin`: user → items | Σ of the weights of neighbours that have it |
//! | `vectors` | `users.bin`, `items.bin` | dot product |
//! | `linear` | `model.json` | logit of a feature row |
//! | `trees` | `model.txt` | raw scores of a feature row |

mod bytes;
mod content;
mod files;
pub mod golden;
pub mod id;
pub mod lists;
pub mod vectors;

use std::{collections::BTreeMap, path::Path};

pub use content::Content;
pub use golden::Golden;
pub use lists::Lists;
use serde::{Deserialize, Serialize};
pub use vectors::Vectors;

/// Version of the folder format.
pub const FORMAT: u32 = 1;

/// Name of the file that describes the artefact.
const MANIFEST: &str = "artefact.json";

/// Kind of an artefact, which decides its data files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// One score per item.
    Scores,
    /// Neighbour lists of items.
    Items,
    /// Neighbour lists of users, and their histories.
    Users,
    /// Vectors of users and items.
    Vectors,
    /// Logistic regression.
    Linear,
    /// Gradient-boosted trees.
    Trees,
}

/// Description of an artefact: the content of `artefact.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Version of the folder format, [`FORMAT`].
    pub format: u32,
    /// Kind of the content.
    pub kind: Kind,
    /// Name of the algorithm that made it.
    pub algorithm: String,
    /// Parameters of the algorithm.
    #[serde(default)]
    pub parameters: BTreeMap<String, f64>,
    /// Power of the history's length by which scores of kind `items` are divided.
    #[serde(default)]
    pub power: f64,
    /// Inputs with the scores that the model must reproduce. An artefact without any is refused.
    pub golden: Vec<Golden>,
}

/// An artefact that passed all checks.
#[derive(Debug, Clone)]
pub struct Artefact {
    /// The description.
    pub manifest: Manifest,
    /// The data.
    pub content: Content,
}

/// Failure to write or load an artefact.
#[derive(Debug, thiserror::Error)]
pub enum ArtefactError {
    /// A file cannot be read or written.
    #[error("{path}: {action}")]
    File {
        /// Path of the file.
        path: String,
        /// "cannot be read" or "cannot be written".
        action: &'static str,
        /// Cause reported by the system.
        #[source]
        source: std::io::Error,
    },
    /// `SHA256SUMS` has no well-formed entry for a file of the artefact.
    #[error("{path}: no SHA-256 of {file}")]
    NoChecksum {
        /// Path of `SHA256SUMS`.
        path: String,
        /// Name of the file.
        file: String,
    },
    /// A file has changed since it was written.
    #[error("{path}: SHA-256 is {found}, expected {expected}")]
    Checksum {
        /// Path of the file.
        path: String,
        /// Checksum in `SHA256SUMS`.
        expected: String,
        /// Value of the content.
        found: String,
    },
    /// `artefact.json` or `model.json` is malformed.
    #[error("{path}: not readable as JSON of this kind")]
    Json {
        /// Path of the file.
        path: String,
        /// Position and rule.
        #[source]
        source: serde_json::Error,
    },
    /// Unsupported version of the format.
    #[error("{path}: format {found}, expected {FORMAT}")]
    Format {
        /// Path of the manifest.
        path: String,
        /// Version found.
        found: u32,
    },
    /// Binary data breaks a rule of its format.
    #[error("{path}: {rule}")]
    Damaged {
        /// Path of the file.
        path: String,
        /// The broken rule.
        rule: &'static str,
    },
    /// The tree model cannot be read.
    #[error("{path}: not a usable tree model")]
    Trees {
        /// Path of the model.
        path: String,
        /// Faults of the model.
        #[source]
        source: crate::trees::TreesError,
    },
    /// The model does not reproduce its golden rows.
    #[error("{path}: {}", fault)]
    Golden {
        /// Path of the manifest.
        path: String,
        /// Row and values.
        #[source]
        fault: golden::GoldenFault,
    },
}

impl Artefact {
    /// Reads and checks the artefact in a folder.
    ///
    /// # Errors
    /// A missing or changed file, an unsupported format, damaged data, or golden rows that are not reproduced.
    pub fn load(folder: &Path) -> Result<Self, ArtefactError> {
        let files = files::Folder::open(folder)?;
        let manifest: Manifest = files.json(MANIFEST)?;
        let path = || files.shown(MANIFEST);
        if manifest.format != FORMAT {
            return Err(ArtefactError::Format { path: path(), found: manifest.format });
        }
        let content = Content::read(&files, &manifest)?;
        golden::check(&content, &manifest.golden).map_err(|fault| ArtefactError::Golden { path: path(), fault })?;
        Ok(Self { manifest, content })
    }

    /// Writes the artefact into a folder, which is created if needed. Files of the same names are replaced, `SHA256SUMS`
    /// last, so that a concurrent reader refuses the folder. The golden rows are checked first.
    ///
    /// # Errors
    /// Golden rows that the content does not reproduce, or a file that cannot be written.
    pub fn write(&self, folder: &Path) -> Result<(), ArtefactError> {
        let path = || folder.join(MANIFEST).display().to_string();
        golden::check(&self.content, &self.manifest.golden)
            .map_err(|fault| ArtefactError::Golden { path: path(), fault })?;
        let manifest =
            serde_json::to_vec_pretty(&self.manifest).map_err(|source| ArtefactError::Json { path: path(), source })?;
        let mut named = vec![(MANIFEST, manifest)];
        named.extend(self.content.files().map_err(|source| ArtefactError::Json { path: path(), source })?);
        files::write(folder, &named)
    }
}

#[cfg(test)]
mod tests;
