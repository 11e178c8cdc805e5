//! `live-pack shop`: the commands of the shop.

mod check;
mod migrate;
mod seed;
mod serve;
mod settle;

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Subcommand};
use live_pack_shop::{Clock, Shop, ShopSettings, UseCaseError, check::HistoryError};
use live_pack_shop_gateway::ServeError;
use live_pack_shop_store::{Location, LocationError, StoreError};

use super::{CliError, environments::environments, serve::runtime};
use crate::settings::Environment;

/// A command of the shop.
#[derive(Debug, Subcommand)]
pub enum ShopCommand {
    /// Serve the HTTP API.
    Serve(serve::ServeArgs),
    /// Bring the schema up to date; a second run changes nothing.
    Migrate(PlaceArgs),
    /// Write the demo world into an empty store; a second run changes nothing. Not in prod.
    Seed(PlaceArgs),
    /// Test every invariant of the store; exits 1 when one is broken. Works beside a running server and after a crash.
    Check(check::CheckArgs),
    /// Mark an order as paid without a payment. In env dev and test only, until payments exist.
    Settle(settle::SettleArgs),
}

/// Location of the data, and environment.
#[derive(Debug, Clone, Args)]
pub struct PlaceArgs {
    /// Folder of the SQLite files, created for its owner alone
    #[arg(long, env = "LIVE_PACK_SHOP_DATA", value_name = "DIR", default_value = "./data")]
    pub data: PathBuf,
    /// PostgreSQL instead of SQLite, such as postgres://user:password@host:port/database
    #[arg(long, env = "LIVE_PACK_SHOP_DATABASE", value_name = "URL", hide_env_values = true)]
    pub database: Option<String>,
    /// Environment; prod refuses demo data and test aids
    #[arg(long, env = "LIVE_PACK_ENV", value_parser = environments(), default_value_t)]
    pub env: Environment,
}

/// A command of the shop ended early.
#[derive(Debug, thiserror::Error)]
pub enum ShopError {
    /// The database URL cannot be used.
    #[error(transparent)]
    Location(#[from] LocationError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A use case failed or refused.
    #[error(transparent)]
    UseCase(#[from] UseCaseError),
    /// The HTTP listener failed.
    #[error(transparent)]
    Serve(#[from] ServeError),
    /// The recorded history cannot be read.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// The command is not for prod.
    #[error("{what} is refused in prod")]
    NotInProd {
        /// The command or flag.
        what: &'static str,
    },
    /// An unknown cell.
    #[error(
        "--cells must name all of identity, catalog and trade, found {found:?}: single cells come with a later version"
    )]
    Cells {
        /// The value found.
        found: String,
    },
    /// An order that cannot be settled.
    #[error("the order was not settled: {why}")]
    NotSettled {
        /// Reason.
        why: String,
    },
}

impl PlaceArgs {
    /// Location of the data.
    fn location(&self) -> Result<Location, ShopError> {
        match &self.database {
            Some(url) => Ok(Location::postgres(url, self.env == Environment::Prod)?),
            None => Ok(Location::Folder(self.data.clone())),
        }
    }

    /// Opens the shop for a command beside the server.
    async fn open(&self) -> Result<Shop, ShopError> {
        let migrate = self.env != Environment::Prod;
        let settings = ShopSettings { location: self.location()?, clock: Clock::system(), migrate, server: false };
        Ok(Shop::open(settings).await?)
    }
}

/// Runs a command.
pub(super) fn run(command: ShopCommand) -> Result<ExitCode, CliError> {
    match command {
        ShopCommand::Serve(args) => serve::run(&args),
        ShopCommand::Migrate(args) => runtime(None)?.block_on(migrate::run(&args)),
        ShopCommand::Seed(args) => runtime(None)?.block_on(seed::run(&args)),
        ShopCommand::Check(args) => runtime(None)?.block_on(check::run(&args)),
        ShopCommand::Settle(args) => runtime(None)?.block_on(settle::run(&args)),
    }
}
