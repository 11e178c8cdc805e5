//! The shop's databases: one SQL text for SQLite and PostgreSQL, behind typed rows.
//!
//! A *cell* is a transaction boundary: a separate file on SQLite, a group of tables on PostgreSQL. No statement touches
//! the tables of two cells. The crate guarantees that
//!
//! - every statement is a [`Statement`] with a name and one text for both engines; [`dialect`] generates the differences;
//! - [`Committer`] combines the requests that arrive while a transaction is in flight into the next one, and answers a
//!   request only after its transaction is durable;
//! - [`Ids`] never issues an id twice, even across processes and restarts.
//!
//! Rules of the shop do not belong here: this crate handles rows, not orders.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::cast_possible_truncation,
        reason = "tests"
    )
)]

pub mod catalog;
mod cell;
pub mod committer;
mod crash;
mod database;
pub mod dialect;
mod error;
mod folder;
pub mod identity;
mod ids;
mod location;
mod migrate;
mod record;
mod statement;
mod statements;
#[cfg(feature = "testing")]
pub mod testing;
pub mod trade;
mod tx;
mod value;

pub use cell::Cell;
pub use committer::Committer;
pub use database::Database;
pub use error::StoreError;
pub use folder::FolderLock;
pub use ids::{Ids, LEASE_MS};
pub use location::{Location, LocationError};
pub use migrate::{Migrated, migrate, schema_version};
pub use statement::{Heat, Statement};
pub use statements::statements;
pub use tx::Tx;
pub use value::{Param, Record, Row, rows};
