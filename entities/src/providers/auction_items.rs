//! The list of an engine over auctions.

use live_pack_dal::model::Auction;
use live_pack_engine::{Context, Items, Reads, TaskResult};

use super::AuctionList;
use crate::scene::AuctionScene;

/// All auctions of the room; none where they were left out.
#[derive(Debug)]
pub struct AuctionItems;

impl Items<AuctionScene> for AuctionItems {
    fn reads(&self) -> Reads {
        Reads::none().maybe::<AuctionList>()
    }

    fn items(&self, cx: &Context<AuctionScene>) -> TaskResult<AuctionScene, Vec<Auction>> {
        Ok(cx.maybe::<AuctionList>().done().map(|list| list.0.to_vec()).unwrap_or_default())
    }
}
