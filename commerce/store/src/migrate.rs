//! Schema versions of the cells.

use crate::{Cell, Database, StoreError, statement::Statement};

const CREATE: &str =
    "CREATE TABLE IF NOT EXISTS schema_version (cell TEXT NOT NULL PRIMARY KEY, version BIGINT NOT NULL)";

static VERSION: Statement =
    Statement::hot(Cell::Trade, "schema.version", "SELECT v.version FROM schema_version AS v WHERE v.cell = $1");
static SET_VERSION: Statement = Statement::hot(
    Cell::Trade,
    "schema.set_version",
    "INSERT INTO schema_version (cell, version) VALUES ($1, $2) \
     ON CONFLICT (cell) DO UPDATE SET version = excluded.version",
);

pub(crate) static ALL: &[&Statement] = &[&VERSION, &SET_VERSION];

/// Versions before and after a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Migrated {
    /// Version found; 0 for an empty database.
    pub from: i64,
    /// Version of this program.
    pub to: i64,
}

fn known(cell: Cell) -> i64 {
    i64::try_from(cell.migrations().len()).unwrap_or(i64::MAX)
}

/// Updates the schema of a cell in one transaction. A second run changes nothing.
///
/// # Errors
/// If the schema is newer than the program, or the database refuses a step.
pub async fn migrate(database: &Database, cell: Cell) -> Result<Migrated, StoreError> {
    match schema_version(database, cell).await {
        // Nothing to do, so no lock is taken and no permission to change the schema is needed.
        Ok(version) => return Ok(Migrated { from: version, to: version }),
        Err(StoreError::OlderSchema { .. }) => {}
        Err(error) => return Err(error),
    }
    let mut tx = database.begin().await?;
    if database.engine() == crate::dialect::Engine::Postgres {
        // Two processes that start at the same time would both create the tables.
        tx.script("schema.lock", "SELECT pg_advisory_xact_lock(1397244752)").await?;
    }
    tx.script("schema.create", CREATE).await?;
    let found: Vec<i64> = tx.rows(&VERSION, &[cell.name().into()]).await?;
    let from = found.first().copied().unwrap_or(0);
    let to = known(cell);
    if from > to {
        return Err(StoreError::NewerSchema { cell: cell.name(), found: from, known: to });
    }
    for step in cell.migrations().iter().skip(usize::try_from(from).unwrap_or_default()) {
        tx.script("schema.step", step).await?;
    }
    if from < to {
        tx.run(&SET_VERSION, &[cell.name().into(), to.into()]).await?;
    }
    tx.commit().await?;
    Ok(Migrated { from, to })
}

/// The stored schema version; needs no permission to change it.
///
/// # Errors
/// If the schema is not exactly the one that this program needs.
pub async fn schema_version(database: &Database, cell: Cell) -> Result<i64, StoreError> {
    let known = known(cell);
    let found: i64 = match database.read(&VERSION, &[cell.name().into()]).await {
        Ok(found) => found.first().copied().unwrap_or(0),
        // The table itself is missing in an empty database.
        Err(StoreError::Database { source: sqlx::Error::Database(_), .. }) => 0,
        Err(error) => return Err(error),
    };
    match found.cmp(&known) {
        std::cmp::Ordering::Less => Err(StoreError::OlderSchema { cell: cell.name(), found, known }),
        std::cmp::Ordering::Equal => Ok(found),
        std::cmp::Ordering::Greater => Err(StoreError::NewerSchema { cell: cell.name(), found, known }),
    }
}
