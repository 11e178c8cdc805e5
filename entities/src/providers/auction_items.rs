//! The list of an engine over auctions.

use live_pack_dal::model::Auction;
use live_pack_engine::{Context, ItemProvider, Maybe, TaskResult};

use super::AuctionList;
use crate::scene::AuctionScene;

/// All auctions of the room; none if auctions are excluded.
#[derive(Debug)]
pub struct AuctionItems;

impl ItemProvider<AuctionScene> for AuctionItems {
    type Input<'a> = Maybe<'a, AuctionList>;

    fn items(
        &self,
        _cx: &Context<AuctionScene>,
        auctions: Maybe<'_, AuctionList>,
    ) -> TaskResult<AuctionScene, Vec<Auction>> {
        Ok(auctions.done().map(|list| list.0.to_vec()).unwrap_or_default())
    }
}
