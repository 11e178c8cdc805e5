//! Faults of configuration files and of settings.

use std::fmt;

use super::Key;
use crate::json::Flaw;

/// One fault: the place, the rule, and the value found.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Fault {
    /// The key, as its file is named; for a file or directory without a key, its own name; empty: a setting from any place.
    pub key: String,
    /// Path in the file, such as `engines[0].tasks.X.timeout`; empty: the file as a whole.
    pub path: String,
    /// The rule that is broken.
    pub rule: String,
    /// The value found, as JSON if it is a value; empty: nothing to show.
    pub found: String,
}

impl Fault {
    /// A fault of a value. `found` is shown as JSON, cut to a readable length.
    pub fn new(
        key: impl Into<String>,
        path: impl Into<String>,
        rule: impl Into<String>,
        found: &(impl serde::Serialize + ?Sized),
    ) -> Self {
        let found = serde_json::to_string(found).unwrap_or_default();
        Self::shown(key, path, rule, &found)
    }

    /// A fault of a text, cut to a readable length.
    pub(super) fn shown(key: impl Into<String>, path: impl Into<String>, rule: impl Into<String>, found: &str) -> Self {
        Self { key: key.into(), path: path.into(), rule: rule.into(), found: cut(found) }
    }

    /// A fault whose rule names the value found, cut to a readable length.
    pub(super) fn told(key: impl Into<String>, path: impl Into<String>, rule: &str) -> Self {
        Self { key: key.into(), path: path.into(), rule: cut(rule), found: String::new() }
    }

    /// Whether `other` is a fault at the same path or below it.
    pub(super) fn covers(&self, other: &Self) -> bool {
        let rest = other.path.strip_prefix(&self.path);
        self.key == other.key && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    }

    /// A flaw of the text of a key.
    pub(super) fn of_flaw(key: Key, flaw: Flaw) -> Self {
        Self::shown(key, flaw.path, flaw.rule, &flaw.found)
    }

    /// A fault of a file or directory as a whole.
    pub fn of_file(file: impl Into<String>, rule: impl Into<String>, found: impl Into<String>) -> Self {
        Self { key: file.into(), path: String::new(), rule: rule.into(), found: found.into() }
    }
}

/// At most 120 characters: a fault goes into a log line.
fn cut(text: &str) -> String {
    match text.char_indices().nth(120) {
        Some((end, _)) => text.get(..end).map(|head| format!("{head}…")).unwrap_or_default(),
        None => text.into(),
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.key.is_empty() {
            let extension = if Key::named(&self.key).is_some() { ".json" } else { "" };
            write!(f, "{}{extension}: ", self.key)?;
        }
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.rule)?;
        if self.found.is_empty() { Ok(()) } else { write!(f, ", found {}", self.found) }
    }
}

impl std::error::Error for Fault {}
