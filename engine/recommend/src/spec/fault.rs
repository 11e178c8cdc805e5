//! One fault of a specification: path, rule, and the value found.

use std::fmt;

use serde_json::Value;

/// Maximum length of a found value in a message, in characters.
const LONGEST_FOUND: usize = 80;

/// One fault of a specification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Path in the document, such as `nodes[0].params.merge.limit`; empty for the document as a whole.
    pub path: String,
    /// The broken rule, and the nearest known name if a name is unknown.
    pub rule: String,
    /// The value found, as JSON; empty if a value is missing.
    pub found: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() { "specification" } else { &self.path };
        write!(f, "{path}: {}", self.rule)?;
        if self.found.is_empty() { Ok(()) } else { write!(f, ", found {}", self.found) }
    }
}

/// The faults of one specification, in the order of the document.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Faults(pub Vec<Fault>);

impl Faults {
    /// Adds a fault for an invalid value.
    pub fn add(&mut self, path: impl Into<String>, rule: impl Into<String>, found: &Value) {
        let text = found.to_string();
        let cut = text.char_indices().nth(LONGEST_FOUND).map(|(at, _)| at);
        let found = cut.and_then(|at| text.get(..at)).map_or(text.clone(), |start| format!("{start}…"));
        self.0.push(Fault { path: path.into(), rule: rule.into(), found });
    }

    /// Adds a fault for a missing value.
    pub fn missing(&mut self, path: impl Into<String>, rule: impl Into<String>) {
        self.0.push(Fault { path: path.into(), rule: rule.into(), found: String::new() });
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.0.iter().enumerate() {
            write!(f, "{}{fault}", if index == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}
