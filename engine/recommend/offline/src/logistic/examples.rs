//! Labelled feature rows: JSON lines `{"features":{"price":1.5,"age":null},"label":1}`.

use std::{collections::BTreeMap, io::BufRead, path::Path};

use live_pack_recommend_model::{Matrix, Schema, features::SchemaError};
use serde::Deserialize;

/// Maximum number of faults listed in an error message; the rest are counted.
const LISTED_FAULTS: usize = 20;

/// Rows with labels. Columns are all names that occur, ascending; a row without a name has a missing value there.
#[derive(Debug, Clone)]
pub struct Examples {
    matrix: Matrix,
    labels: Vec<bool>,
}

/// Failure to read examples.
#[derive(Debug, thiserror::Error)]
pub enum ExamplesError {
    /// The file cannot be opened or read, or is not UTF-8.
    #[error("{path}: cannot be read")]
    Unreadable {
        /// Path as given.
        path: String,
        /// Cause reported by the system.
        #[source]
        source: std::io::Error,
    },
    /// Malformed lines.
    #[error("{path}: {count} faults{}", faults.iter().map(|fault| format!("\n  {fault}")).collect::<String>())]
    Faults {
        /// Path as given.
        path: String,
        /// The first faults, with their lines.
        faults: Vec<String>,
        /// Total number of faults.
        count: usize,
    },
    /// No examples, or none with a feature.
    #[error(
        "{path}: no examples with features; expected lines of {{\"features\":{{\"name\":number}},\"label\":0 or 1}}"
    )]
    Empty {
        /// Path as given.
        path: String,
    },
    /// An empty feature name.
    #[error("{path}")]
    Names {
        /// Path as given.
        path: String,
        /// The invalid names.
        #[source]
        source: SchemaError,
    },
}

#[derive(Deserialize)]
struct Line {
    features: BTreeMap<String, Option<Value>>,
    label: Label,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "a feature must be a number, true, false or null")]
enum Value {
    Truth(bool),
    Number(f32),
}

impl Value {
    fn number(&self) -> f32 {
        match self {
            Self::Truth(truth) => f32::from(u8::from(*truth)),
            Self::Number(number) => *number,
        }
    }
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "a label must be 0, 1, false or true")]
enum Label {
    Truth(bool),
    Number(u8),
}

impl Examples {
    /// Reads a file of JSON lines. Keys other than `features` and `label` are ignored.
    ///
    /// # Errors
    /// An unreadable file, a file without examples, or all malformed lines in one error.
    pub fn read(path: &Path) -> Result<Self, ExamplesError> {
        let shown = path.display().to_string();
        let file =
            std::fs::File::open(path).map_err(|source| ExamplesError::Unreadable { path: shown.clone(), source })?;
        Self::parse(std::io::BufReader::new(file), &shown)
    }

    /// Reads the same format from any reader; errors name `path`.
    ///
    /// # Errors
    /// See [`Examples::read`].
    pub fn parse(reader: impl BufRead, path: &str) -> Result<Self, ExamplesError> {
        let path = || path.to_owned();
        let mut rows = Vec::new();
        let mut labels = Vec::new();
        let mut faults = Vec::new();
        let mut count = 0;
        for (number, line) in (1_usize..).zip(reader.lines()) {
            let line = line.map_err(|source| ExamplesError::Unreadable { path: path(), source })?;
            if line.trim().is_empty() {
                continue;
            }
            match read(&line) {
                Ok((row, label)) => {
                    rows.push(row);
                    labels.push(label);
                }
                Err(fault) => {
                    count += 1;
                    if faults.len() < LISTED_FAULTS {
                        faults.push(format!("line {number}: {fault}"));
                    }
                }
            }
        }
        if count > 0 {
            return Err(ExamplesError::Faults { path: path(), faults, count });
        }
        let names: std::collections::BTreeSet<&String> = rows.iter().flat_map(BTreeMap::keys).collect();
        if names.is_empty() {
            return Err(ExamplesError::Empty { path: path() });
        }
        let schema = Schema::new(names.iter().map(|name| (*name).clone()))
            .map_err(|source| ExamplesError::Names { path: path(), source })?;
        let mut matrix = Matrix::missing(schema, rows.len());
        for (at, row) in rows.iter().enumerate() {
            for (slot, name) in matrix.row_mut(at).iter_mut().zip(&names) {
                *slot = row.get(*name).copied().unwrap_or(f32::NAN);
            }
        }
        Ok(Self { matrix, labels })
    }

    /// Feature rows.
    #[must_use]
    pub fn matrix(&self) -> &Matrix {
        &self.matrix
    }

    /// Label of each row.
    #[must_use]
    pub fn labels(&self) -> &[bool] {
        &self.labels
    }
}

fn read(line: &str) -> Result<(BTreeMap<String, f32>, bool), String> {
    let line: Line = serde_json::from_str(line).map_err(|error| error.to_string())?;
    let label = match line.label {
        Label::Truth(label) => label,
        Label::Number(label @ (0 | 1)) => label == 1,
        Label::Number(label) => return Err(format!("label: expected 0, 1, false or true, found {label}")),
    };
    let mut row = BTreeMap::new();
    for (name, value) in line.features {
        let Some(value) = value else { continue };
        let number = value.number();
        if !number.is_finite() {
            return Err(format!("{name}: expected a number within the range of f32"));
        }
        row.insert(name, number);
    }
    Ok((row, label))
}
