//! Auctions that need a newer client.

use live_pack_dal::model::Auction;
use live_pack_engine::{Context, Filter, Verdict};

use crate::{rules::visibility, scene::AuctionScene};

/// Rejects auctions that need a newer client.
#[derive(Debug)]
pub struct AuctionVersionFilter;

impl Filter<AuctionScene> for AuctionVersionFilter {
    type Input<'a> = ();

    fn judge(&self, cx: &Context<AuctionScene>, (): &(), auction: &Auction) -> Verdict {
        let rejection = visibility::app_version(cx.request().viewer.app_version, auction.min_app_version);
        rejection.map_or(Verdict::Keep, |rejection| Verdict::Reject(rejection.code()))
    }
}
