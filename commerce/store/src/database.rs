//! The database of a cell: a pool for writers and a pool for readers.

mod durability;

use std::{path::Path, time::Duration};

use sqlx::{
    PgPool, Postgres, Sqlite, SqlitePool,
    pool::PoolOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

use crate::{
    Cell, Location, Param, Record, Row, Statement, StoreError, crash,
    dialect::Engine,
    folder,
    tx::{Inner, Tx, postgres_arguments, sqlite_arguments},
};

/// Maximum wait for another writer of the same SQLite file.
const BUSY: Duration = Duration::from_secs(5);
/// Maximum wait for a free connection.
const ACQUIRE: Duration = Duration::from_secs(5);
/// Number of readers of one SQLite file.
const SQLITE_READERS: u32 = 4;
/// Number of PostgreSQL connections per cell and process.
const POSTGRES_CONNECTIONS: u32 = 12;

/// The database of one cell. Clones share their connections.
#[derive(Debug, Clone)]
pub struct Database(Pools);

#[derive(Debug, Clone)]
enum Pools {
    Sqlite { writer: SqlitePool, readers: SqlitePool },
    Postgres(PgPool),
}

impl Database {
    /// Opens the database of a cell; a new SQLite file is accessible only to its owner.
    ///
    /// # Errors
    /// If it cannot be reached, or may lose acknowledged commits.
    pub async fn open(location: &Location, cell: Cell) -> Result<Self, StoreError> {
        Self::open_with(location, cell, POSTGRES_CONNECTIONS).await
    }

    /// Like [`open`](Self::open), with a given number of PostgreSQL connections.
    ///
    /// # Errors
    /// See [`open`](Self::open).
    pub async fn open_with(location: &Location, cell: Cell, connections: u32) -> Result<Self, StoreError> {
        let pools = match location {
            Location::Folder(path) => open_file(path, cell).await?,
            Location::Memory => {
                let options = SqliteConnectOptions::new().filename(":memory:");
                let only = sqlite_pool(1).connect_with(options).await.map_err(StoreError::at("open"))?;
                Pools::Sqlite { writer: only.clone(), readers: only }
            }
            Location::Postgres(options) => {
                let options = (**options).clone().application_name("live-pack-shop");
                let pool = PoolOptions::<Postgres>::new()
                    .max_connections(connections)
                    .acquire_timeout(ACQUIRE)
                    // a ping per request would cost as much as the request itself; a broken connection fails its first statement
                    .test_before_acquire(false)
                    .connect_with(options)
                    .await
                    .map_err(StoreError::at("connect"))?;
                Pools::Postgres(pool)
            }
        };
        let database = Self(pools);
        durability::check(&database).await?;
        Ok(database)
    }

    /// Engine of the database.
    #[must_use]
    pub const fn engine(&self) -> Engine {
        match self.0 {
            Pools::Sqlite { .. } => Engine::Sqlite,
            Pools::Postgres(_) => Engine::Postgres,
        }
    }

    /// Begins a write transaction.
    ///
    /// # Errors
    /// When no connection is free or the database cannot be reached.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        crash::point("begin", "before");
        let begin = self.engine().begin();
        let inner = match &self.0 {
            Pools::Sqlite { writer, .. } => writer.begin_with(begin).await.map(Inner::Sqlite),
            Pools::Postgres(pool) => pool.begin_with(begin).await.map(Inner::Postgres),
        };
        let tx = inner.map(Tx).map_err(StoreError::at("begin"))?;
        crash::point("begin", "after");
        Ok(tx)
    }

    /// Begins a read-only transaction over one snapshot.
    ///
    /// # Errors
    /// When no connection is free or the database cannot be reached.
    pub async fn snapshot(&self) -> Result<Tx, StoreError> {
        let begin = self.engine().begin_snapshot();
        let inner = match &self.0 {
            Pools::Sqlite { readers, .. } => readers.begin_with(begin).await.map(Inner::Sqlite),
            Pools::Postgres(pool) => pool.begin_with(begin).await.map(Inner::Postgres),
        };
        inner.map(Tx).map_err(StoreError::at("begin snapshot"))
    }

    /// Reads rows outside a transaction. Broken connections are replaced: after a restart of the server each connection of the
    /// pool fails once.
    ///
    /// # Errors
    /// When the database refuses the statement or a row cannot be read.
    pub async fn read<R: Record>(&self, statement: &'static Statement, params: &[Param]) -> Result<Vec<R>, StoreError> {
        let mut found = self.fetch(statement, params).await;
        for _ in 0..POSTGRES_CONNECTIONS {
            if !matches!(found, Err(sqlx::Error::Io(_) | sqlx::Error::Protocol(_))) {
                break;
            }
            found = self.fetch(statement, params).await;
        }
        found.map_err(StoreError::at(statement.name))?.iter().map(R::read).collect()
    }

    /// Like [`read`](Self::read), with one input row per item; returns no rows for an empty batch.
    ///
    /// # Errors
    /// See [`read`](Self::read).
    pub async fn read_for<R: Record, T: serde::Serialize + Sync>(
        &self,
        statement: &'static Statement,
        items: &[T],
    ) -> Result<Vec<R>, StoreError> {
        if items.is_empty() {
            return Ok(Vec::new());
        }
        let input = crate::rows(statement.name, items)?;
        self.read(statement, &[input]).await
    }

    async fn fetch(&self, statement: &'static Statement, params: &[Param]) -> Result<Vec<Row>, sqlx::Error> {
        let text = statement.text(self.engine());
        Ok(match &self.0 {
            Pools::Sqlite { readers, .. } => {
                let found = sqlx::query_with(text, sqlite_arguments(params)?).fetch_all(readers).await?;
                found.into_iter().map(Row::Sqlite).collect()
            }
            Pools::Postgres(pool) => {
                let found = sqlx::query_with(text, postgres_arguments(params)?).fetch_all(pool).await?;
                found.into_iter().map(Row::Postgres).collect()
            }
        })
    }

    /// Runs one statement in a transaction of its own and returns the number of changed rows.
    ///
    /// # Errors
    /// When the database refuses it.
    pub async fn write(&self, statement: &'static Statement, params: &[Param]) -> Result<u64, StoreError> {
        let mut tx = self.begin().await?;
        let changed = tx.run(statement, params).await?;
        tx.commit().await?;
        Ok(changed)
    }

    /// Closes all connections; SQLite then merges its log into the file.
    pub async fn close(&self) {
        match &self.0 {
            Pools::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}

fn sqlite_pool(connections: u32) -> PoolOptions<Sqlite> {
    PoolOptions::<Sqlite>::new()
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(ACQUIRE)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
}

async fn open_file(folder: &Path, cell: Cell) -> Result<Pools, StoreError> {
    folder::prepare(folder)?;
    let path = folder.join(format!("{}.sqlite", cell.name()));
    folder::private_file(&path)?;
    let options = SqliteConnectOptions::new()
        .filename(&path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(BUSY);
    // One writer, because a second would only wait for the first. Readers are opened afterwards, when the log exists.
    let writer = sqlite_pool(1).connect_with(options.clone()).await.map_err(StoreError::at("open"))?;
    let readers = sqlite_pool(SQLITE_READERS).connect_with(options).await.map_err(StoreError::at("open"))?;
    Ok(Pools::Sqlite { writer, readers })
}
