//! Refuses a PostgreSQL server that may lose acknowledged commits.

use crate::{Database, Param, StoreError, dialect::Engine, statement::Statement};

// These two run only on PostgreSQL, so they are not statements of a cell.
static FSYNC: Statement =
    Statement::cold(crate::Cell::Trade, "durability.fsync", "SELECT setting FROM pg_settings WHERE name = 'fsync'");
static COMMIT: Statement = Statement::cold(
    crate::Cell::Trade,
    "durability.synchronous_commit",
    "SELECT setting FROM pg_settings WHERE name = 'synchronous_commit'",
);

/// Fails if `fsync` or `synchronous_commit` is off. SQLite files are opened with `synchronous=FULL`.
pub(crate) async fn check(database: &Database) -> Result<(), StoreError> {
    if database.engine() == Engine::Sqlite {
        return Ok(());
    }
    let none: [Param; 0] = [];
    for (setting, statement) in [("fsync", &FSYNC), ("synchronous_commit", &COMMIT)] {
        let found: Vec<String> = database.read(statement, &none).await?;
        match found.first().map(String::as_str) {
            Some("off") => return Err(StoreError::NotDurable { setting, found: "off".to_owned() }),
            Some(_) => {}
            None => return Err(StoreError::NotDurable { setting, found: "unknown".to_owned() }),
        }
    }
    Ok(())
}
