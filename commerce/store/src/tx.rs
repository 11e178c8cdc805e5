//! Transactions: statements that commit together, on either engine.

use sqlx::{Arguments as _, Postgres, Sqlite, Transaction, postgres::PgArguments, sqlite::SqliteArguments};

use crate::{Param, Record, Row, Statement, StoreError, crash, dialect::Engine};

/// A transaction. Dropped without [`commit`](Self::commit), it is rolled back.
#[derive(Debug)]
pub struct Tx(pub(crate) Inner);

#[derive(Debug)]
pub(crate) enum Inner {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

pub(crate) fn sqlite_arguments(params: &[Param]) -> Result<SqliteArguments, sqlx::Error> {
    let mut arguments = SqliteArguments::default();
    for param in params {
        match param {
            Param::Int(value) => arguments.add(*value),
            Param::MaybeInt(value) => arguments.add(*value),
            Param::Text(value) => arguments.add(value.clone()),
            Param::MaybeText(value) => arguments.add(value.clone()),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

pub(crate) fn postgres_arguments(params: &[Param]) -> Result<PgArguments, sqlx::Error> {
    let mut arguments = PgArguments::default();
    for param in params {
        match param {
            Param::Int(value) => arguments.add(*value),
            Param::MaybeInt(value) => arguments.add(*value),
            Param::Text(value) => arguments.add(value.as_str()),
            Param::MaybeText(value) => arguments.add(value.as_deref()),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

impl Tx {
    /// Engine of the database.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match self.0 {
            Inner::Sqlite(_) => Engine::Sqlite,
            Inner::Postgres(_) => Engine::Postgres,
        }
    }

    /// Runs a statement and returns its rows.
    ///
    /// # Errors
    /// When the database refuses it or a row cannot be read.
    pub async fn rows<R: Record>(
        &mut self,
        statement: &'static Statement,
        params: &[Param],
    ) -> Result<Vec<R>, StoreError> {
        crash::point(statement.name, "before");
        let at = StoreError::at(statement.name);
        let found = async {
            Ok::<Vec<Row>, sqlx::Error>(match &mut self.0 {
                Inner::Sqlite(tx) => sqlx::query_with(statement.text(Engine::Sqlite), sqlite_arguments(params)?)
                    .fetch_all(&mut **tx)
                    .await?
                    .into_iter()
                    .map(Row::Sqlite)
                    .collect(),
                Inner::Postgres(tx) => sqlx::query_with(statement.text(Engine::Postgres), postgres_arguments(params)?)
                    .fetch_all(&mut **tx)
                    .await?
                    .into_iter()
                    .map(Row::Postgres)
                    .collect(),
            })
        }
        .await
        .map_err(at)?;
        crash::point(statement.name, "after");
        found.iter().map(R::read).collect()
    }

    /// Runs a statement and returns the number of rows that it changed.
    ///
    /// # Errors
    /// When the database refuses it.
    pub async fn run(&mut self, statement: &'static Statement, params: &[Param]) -> Result<u64, StoreError> {
        crash::point(statement.name, "before");
        let at = StoreError::at(statement.name);
        let changed = async {
            Ok::<u64, sqlx::Error>(match &mut self.0 {
                Inner::Sqlite(tx) => sqlx::query_with(statement.text(Engine::Sqlite), sqlite_arguments(params)?)
                    .execute(&mut **tx)
                    .await?
                    .rows_affected(),
                Inner::Postgres(tx) => sqlx::query_with(statement.text(Engine::Postgres), postgres_arguments(params)?)
                    .execute(&mut **tx)
                    .await?
                    .rows_affected(),
            })
        }
        .await
        .map_err(at)?;
        crash::point(statement.name, "after");
        Ok(changed)
    }

    /// Runs a batch statement with one row per item; nothing for an empty batch.
    ///
    /// # Errors
    /// When the database refuses it.
    pub async fn run_rows<T: serde::Serialize + Sync>(
        &mut self,
        statement: &'static Statement,
        items: &[T],
    ) -> Result<u64, StoreError> {
        if items.is_empty() {
            return Ok(0);
        }
        let input = crate::rows(statement.name, items)?;
        self.run(statement, &[input]).await
    }

    /// Like [`run_rows`](Self::run_rows), but every item must change exactly one row.
    ///
    /// # Errors
    /// [`StoreError::Contended`] if another process changed a row in between.
    pub async fn run_each<T: serde::Serialize + Sync>(
        &mut self,
        statement: &'static Statement,
        items: &[T],
    ) -> Result<(), StoreError> {
        let changed = self.run_rows(statement, items).await?;
        let expected = u64::try_from(items.len()).unwrap_or(u64::MAX);
        if changed == expected {
            Ok(())
        } else {
            Err(StoreError::Contended { statement: statement.name, changed, expected })
        }
    }

    /// Runs a batch query with one input row per item; no rows for an empty batch.
    ///
    /// # Errors
    /// When the database refuses it or a row cannot be read.
    pub async fn rows_for<R: Record, T: serde::Serialize + Sync>(
        &mut self,
        statement: &'static Statement,
        items: &[T],
    ) -> Result<Vec<R>, StoreError> {
        if items.is_empty() {
            return Ok(Vec::new());
        }
        let input = crate::rows(statement.name, items)?;
        self.rows(statement, &[input]).await
    }

    /// Runs several statements without parameters, for migrations.
    pub(crate) async fn script(&mut self, name: &'static str, sql: &'static str) -> Result<(), StoreError> {
        match &mut self.0 {
            Inner::Sqlite(tx) => sqlx::raw_sql(sql).execute(&mut **tx).await.map(drop),
            Inner::Postgres(tx) => sqlx::raw_sql(sql).execute(&mut **tx).await.map(drop),
        }
        .map_err(StoreError::at(name))
    }

    /// Makes the transaction durable.
    ///
    /// # Errors
    /// If the database fails. If the connection broke, the outcome is unknown: read before repeating.
    pub async fn commit(self) -> Result<(), StoreError> {
        crash::point("commit", "before");
        let done = match self.0 {
            Inner::Sqlite(tx) => tx.commit().await,
            Inner::Postgres(tx) => tx.commit().await,
        };
        done.map_err(StoreError::at("commit"))?;
        crash::point("commit", "after");
        Ok(())
    }

    /// Undoes the transaction.
    ///
    /// # Errors
    /// If the connection broke; the database then rolls back by itself.
    pub async fn rollback(self) -> Result<(), StoreError> {
        match self.0 {
            Inner::Sqlite(tx) => tx.rollback().await,
            Inner::Postgres(tx) => tx.rollback().await,
        }
        .map_err(StoreError::at("rollback"))
    }
}
