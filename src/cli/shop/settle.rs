//! `live-pack shop settle`: pays an order without a provider, in dev and test.

use std::process::ExitCode;

use clap::Args;
use live_pack_shop::order::{Outcome, TradeRequest};

use super::{CliError, PlaceArgs, ShopError};
use crate::settings::Environment;

/// Options of the settlement.
#[derive(Debug, Args)]
pub struct SettleArgs {
    /// Id of the order
    order: i64,
    #[command(flatten)]
    place: PlaceArgs,
}

/// Settles the order.
pub(super) async fn run(args: &SettleArgs) -> Result<ExitCode, CliError> {
    if args.place.env == Environment::Prod {
        return Err(ShopError::NotInProd { what: "settling without a payment" }.into());
    }
    let shop = args.place.open().await?;
    let outcome = shop.committer().commit(TradeRequest::Settle { order_id: args.order }).await;
    shop.close().await;
    match outcome.map_err(ShopError::from)? {
        Outcome::Refused(refusal) => Err(ShopError::NotSettled { why: refusal.to_string() }.into()),
        _ => {
            super::super::print(&format!("order {} is AWAITING_SHIPMENT", args.order))?;
            Ok(ExitCode::SUCCESS)
        }
    }
}
