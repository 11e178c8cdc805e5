//! Parameters of statements, and returned rows.

use serde::Serialize;
use sqlx::{Row as _, postgres::PgRow, sqlite::SqliteRow};

use crate::StoreError;

/// A parameter. `BIGINT` and `TEXT` are the only types of the schema.
#[derive(Debug, Clone)]
pub enum Param {
    /// A `BIGINT`.
    Int(i64),
    /// A `BIGINT` or NULL.
    MaybeInt(Option<i64>),
    /// A `TEXT`.
    Text(String),
    /// A `TEXT` or NULL.
    MaybeText(Option<String>),
}

impl From<i64> for Param {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<Option<i64>> for Param {
    fn from(value: Option<i64>) -> Self {
        Self::MaybeInt(value)
    }
}

impl From<&str> for Param {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Param {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<Option<String>> for Param {
    fn from(value: Option<String>) -> Self {
        Self::MaybeText(value)
    }
}

/// The batch input of a statement with `{rows: …}`: one JSON object per row, with the column names as fields.
///
/// # Errors
/// If a row cannot be written as JSON.
pub fn rows<T: Serialize>(statement: &'static str, rows: &[T]) -> Result<Param, StoreError> {
    serde_json::to_string(rows).map(Param::Text).map_err(|source| StoreError::Batch { statement, source })
}

/// A returned row, read by position.
#[derive(Debug)]
pub enum Row {
    /// Of SQLite.
    Sqlite(SqliteRow),
    /// Of PostgreSQL.
    Postgres(PgRow),
}

/// A type that is read from a row.
pub trait Record: Sized {
    /// Reads the columns in the order of the statement.
    ///
    /// # Errors
    /// If a column has another type or an invalid value.
    fn read(row: &Row) -> Result<Self, StoreError>;
}

macro_rules! getter {
    ($(#[$doc:meta])* $name:ident: $kind:ty) => {
        $(#[$doc])*
        ///
        /// # Errors
        /// If the column is missing or has another type.
        pub fn $name(&self, column: usize) -> Result<$kind, StoreError> {
            match self {
                Self::Sqlite(row) => row.try_get::<$kind, _>(column),
                Self::Postgres(row) => row.try_get::<$kind, _>(column),
            }
            .map_err(|error| StoreError::Corrupt { what: "row", found: error.to_string() })
        }
    };
}

impl Row {
    getter! {
        /// A `BIGINT`.
        int: i64
    }
    getter! {
        /// A `BIGINT` or NULL.
        maybe_int: Option<i64>
    }
    getter! {
        /// A `TEXT`.
        text: String
    }
    getter! {
        /// A `TEXT` or NULL.
        maybe_text: Option<String>
    }
}

impl Record for i64 {
    fn read(row: &Row) -> Result<Self, StoreError> {
        row.int(0)
    }
}

impl Record for (i64, i64) {
    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok((row.int(0)?, row.int(1)?))
    }
}

impl Record for String {
    fn read(row: &Row) -> Result<Self, StoreError> {
        row.text(0)
    }
}
