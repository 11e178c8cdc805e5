//! `live-pack shop check`.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use live_pack_shop::{Clock, check};
use live_pack_shop_store::Cell;

use super::{CliError, PlaceArgs, ShopError};
use crate::settings::Environment;

/// Options of the check.
#[derive(Debug, Args)]
pub struct CheckArgs {
    #[command(flatten)]
    place: PlaceArgs,
    /// Recorded answers to compare with the store, one JSON object per line with account_id, method, path, key, status,
    /// body
    #[arg(long, value_name = "FILE")]
    history: Option<PathBuf>,
}

/// Prints one line per invariant.
pub(super) async fn run(args: &CheckArgs) -> Result<ExitCode, CliError> {
    let may_migrate = args.place.env != Environment::Prod;
    let location = args.place.location()?;
    let open = async |cell| live_pack_shop::open(&location, cell, may_migrate).await.map_err(ShopError::from);
    let (identity, catalog, trade) =
        (open(Cell::Identity).await?, open(Cell::Catalog).await?, open(Cell::Trade).await?);
    let mut findings = check::check_store(&trade, &Clock::system()).await.map_err(ShopError::from)?;
    findings.extend(check::check_identity(&identity).await.map_err(ShopError::from)?);
    let cells = check::Cells { identity: &identity, catalog: &catalog, trade: &trade };
    findings.extend(check::check_across(cells).await.map_err(ShopError::from)?);
    if let Some(path) = &args.history {
        let text = tokio::fs::read_to_string(path).await.map_err(CliError::system("cannot read the history"))?;
        findings.extend(check::check_history(&trade, &text).await.map_err(ShopError::from)?);
    }
    for database in [identity, catalog, trade] {
        database.close().await;
    }
    for finding in &findings {
        super::super::print(&finding.to_string())?;
    }
    let broken = findings.iter().any(|finding| !finding.broken.is_empty());
    Ok(if broken { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
