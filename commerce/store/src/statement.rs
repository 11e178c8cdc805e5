//! Named SQL statements with one text for both engines.

use std::sync::OnceLock;

use crate::{Cell, dialect::Engine};

/// Frequency of a statement; a hot one must not scan a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heat {
    /// Part of a request: every table is accessed by a key.
    Hot,
    /// Part of a command or of the checker: may read whole tables.
    Cold,
}

/// A statement: its name in errors, metrics and crash points, and its text with the placeholders of [`crate::dialect`].
#[derive(Debug)]
pub struct Statement {
    /// Unique name, `cell.what`.
    pub name: &'static str,
    /// Cell whose tables it touches.
    pub cell: Cell,
    /// Whether it may scan.
    pub heat: Heat,
    sql: &'static str,
    sqlite: OnceLock<String>,
    postgres: OnceLock<String>,
}

impl Statement {
    /// A statement that runs in requests.
    #[must_use]
    pub const fn hot(cell: Cell, name: &'static str, sql: &'static str) -> Self {
        Self { name, cell, heat: Heat::Hot, sql, sqlite: OnceLock::new(), postgres: OnceLock::new() }
    }

    /// A statement of commands and of the checker.
    #[must_use]
    pub const fn cold(cell: Cell, name: &'static str, sql: &'static str) -> Self {
        Self { name, cell, heat: Heat::Cold, sql, sqlite: OnceLock::new(), postgres: OnceLock::new() }
    }

    /// The text for an engine.
    pub fn text(&'static self, engine: Engine) -> &'static str {
        let text = match engine {
            Engine::Sqlite => &self.sqlite,
            Engine::Postgres => &self.postgres,
        };
        text.get_or_init(|| engine.expand(self.sql))
    }

    /// The original text, with its placeholders.
    #[must_use]
    pub const fn source(&self) -> &'static str {
        self.sql
    }
}
