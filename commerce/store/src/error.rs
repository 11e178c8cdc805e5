//! Failures of the store.

/// A failure of the database or invalid data from it. Refusals by a rule of the shop are not store errors.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused a statement or could not be reached.
    #[error("statement {statement} failed")]
    Database {
        /// Name of the statement, or of the step.
        statement: &'static str,
        /// The driver's error.
        #[source]
        source: sqlx::Error,
    },
    /// A guarded write changed an unexpected number of rows, because another process was faster.
    #[error("statement {statement} changed {changed} rows, expected {expected}")]
    Contended {
        /// Name of the statement.
        statement: &'static str,
        /// Number of changed rows.
        changed: u64,
        /// Expected number of rows.
        expected: u64,
    },
    /// A stored value is invalid.
    #[error("the stored {what} cannot be read: {found}")]
    Corrupt {
        /// The value.
        what: &'static str,
        /// The stored text or the driver's message.
        found: String,
    },
    /// The batch input could not be written as JSON.
    #[error("the batch of {statement} could not be written as JSON")]
    Batch {
        /// Name of the statement.
        statement: &'static str,
        /// Serializer's error.
        #[source]
        source: serde_json::Error,
    },
    /// The schema is newer than this program.
    #[error("cell {cell} has schema {found}, this program knows up to {known}: use a newer live-pack")]
    NewerSchema {
        /// Name of the cell.
        cell: &'static str,
        /// Stored version.
        found: i64,
        /// Newest known version.
        known: i64,
    },
    /// The schema is older than this program, and this command may not change it.
    #[error("cell {cell} has schema {found}, this program needs {known}: run `live-pack shop migrate`")]
    OlderSchema {
        /// Name of the cell.
        cell: &'static str,
        /// Stored version; 0 for an empty database.
        found: i64,
        /// Required version.
        known: i64,
    },
    /// The database may lose commits that it has acknowledged.
    #[error("the database runs with {setting}={found}: a commit could be lost, the shop does not start")]
    NotDurable {
        /// Name of the setting.
        setting: &'static str,
        /// Its value.
        found: String,
    },
    /// A file or folder of the store cannot be used.
    #[error("{path} cannot be used")]
    File {
        /// The file or folder.
        path: String,
        /// The system's error.
        #[source]
        source: std::io::Error,
    },
    /// Another server uses the folder.
    #[error("another `live-pack shop serve` uses {path}: one server per SQLite folder")]
    FolderInUse {
        /// The folder.
        path: String,
    },
    /// No id can be issued, because the lease of this process's node was lost or could not be renewed.
    #[error("no id can be issued: the lease of the id node is lost")]
    LeaseLost,
    /// All 1,024 id nodes are leased.
    #[error("no id node is free: 1,024 processes hold one")]
    NoNode,
    /// The committer has stopped, or the request's batch panicked.
    #[error("the committer is not running")]
    Stopped,
}

impl StoreError {
    /// For `map_err`: adds the name of the statement.
    pub(crate) fn at(statement: &'static str) -> impl FnOnce(sqlx::Error) -> Self {
        move |source| Self::Database { statement, source }
    }

    /// Whether the same batch may succeed if it is repeated: connection errors, deadlocks, contention.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Contended { .. } => true,
            Self::Database { source, .. } => match source {
                sqlx::Error::Database(error) => {
                    let code = error.code();
                    let code = code.as_deref().unwrap_or_default();
                    // PostgreSQL: serialization, deadlock, unique violation by another process, server shutdown and
                    // start-up. SQLite: busy (5, 261, 517) and unique or primary key (2067, 1555).
                    ["40001", "40P01", "23505", "57P01", "57P02", "57P03", "53300", "5", "261", "517", "2067", "1555"]
                        .contains(&code)
                        || code.starts_with("08")
                }
                sqlx::Error::Io(_)
                | sqlx::Error::Tls(_)
                | sqlx::Error::Protocol(_)
                | sqlx::Error::PoolTimedOut
                | sqlx::Error::WorkerCrashed => true,
                _ => false,
            },
            _ => false,
        }
    }
}
