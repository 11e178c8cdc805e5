//! The order of auctions.

use live_pack_dal::model::{Auction, AuctionStatus};
use live_pack_engine::{Context, SortKey, Sorter};

use crate::scene::AuctionScene;

/// Running, then extended, upcoming, won, not sold, and the rest; within each group by end.
#[derive(Debug)]
pub struct AuctionSorter;

impl Sorter<AuctionScene> for AuctionSorter {
    type Input<'a> = ();

    fn key(&self, _cx: &Context<AuctionScene>, (): &(), auction: &Auction) -> SortKey {
        let rank: i64 = match auction.status {
            AuctionStatus::Ongoing => 0,
            AuctionStatus::Extended => 1,
            AuctionStatus::NotStarted => 2,
            AuctionStatus::Sold | AuctionStatus::PaymentPending => 3,
            AuctionStatus::Unsold => 4,
            AuctionStatus::Cancelled | AuctionStatus::Unknown => 5,
        };
        // Unix milliseconds need 43 bits for the next two centuries
        ((rank << 48) | auction.end_ms.clamp(0, (1 << 48) - 1)).into()
    }
}
