//! `live-pack shop migrate`.

use std::process::ExitCode;

use live_pack_shop_store::{Cell, Database, migrate};

use super::{CliError, PlaceArgs, ShopError};

/// Migrates every cell and prints the versions.
pub(super) async fn run(args: &PlaceArgs) -> Result<ExitCode, CliError> {
    let location = args.location()?;
    for cell in Cell::ALL {
        let database = Database::open(&location, cell).await.map_err(ShopError::from)?;
        let done = migrate(&database, cell).await.map_err(ShopError::from)?;
        database.close().await;
        super::super::print(&format!("{}: schema {} -> {}", cell.name(), done.from, done.to))?;
    }
    Ok(ExitCode::SUCCESS)
}
