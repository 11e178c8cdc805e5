//! `live-pack shop seed`.

use std::process::ExitCode;

use live_pack_shop::seed;

use super::{CliError, PlaceArgs, ShopError};
use crate::settings::Environment;

/// Writes the demo world.
pub(super) async fn run(args: &PlaceArgs) -> Result<ExitCode, CliError> {
    if args.env == Environment::Prod {
        return Err(ShopError::NotInProd { what: "demo data" }.into());
    }
    let shop = args.open().await?;
    let plan = seed::demo(vec![seed::fixed_seller()], shop.clock().now_ms()).map_err(ShopError::from)?;
    let done = seed::write(&shop, &plan).await.map_err(ShopError::from)?;
    shop.close().await;
    super::super::print(&format!(
        "written: {} accounts, {} products, {} SKUs with stock",
        done.accounts, done.products, done.stock
    ))?;
    Ok(ExitCode::SUCCESS)
}
