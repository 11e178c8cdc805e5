//! The auctions as they are answered.

use live_pack_dal::Lookup;
use live_pack_engine::{Context, Reads, Stage, Strength, SyncTask, TaskResult};
use live_pack_idl::live_pack::ProductCard;

use super::auction_drawing::AuctionDrawing;
use crate::{loaders::Sellers, request::BagTab, rules::paging, scene::AuctionScene};

/// The cards of the auctions, and where to go on.
#[derive(Debug)]
pub struct AuctionCards {
    /// In order.
    pub cards: Vec<ProductCard>,
    /// After filters, before the cut.
    pub total: i32,
    /// Entries consumed after this page; 0 at the end.
    pub next_cursor: i64,
    /// Something follows.
    pub has_more: bool,
}

/// Draws a card for each auction.
#[derive(Debug)]
pub struct AuctionListConverter;

impl SyncTask<AuctionScene> for AuctionListConverter {
    type Output = AuctionCards;
    const STAGE: Stage = Stage::Converters;

    fn reads(&self) -> Reads {
        AuctionDrawing::reads().page().maybe::<Sellers>()
    }

    fn strength(&self, _cx: &Context<AuctionScene>) -> Strength {
        Strength::Strong
    }

    fn run(&self, cx: &Context<AuctionScene>) -> TaskResult<AuctionScene, AuctionCards> {
        let (request, list) = (cx.request(), cx.list());
        let query = &request.query.bag;
        let drawing = AuctionDrawing::of(cx)?;
        let sellers = cx.maybe::<Sellers>().done().map_or(&[][..], |sellers| &sellers.0);
        let seller = |index: usize| sellers.get(index).and_then(Lookup::found).map(AsRef::as_ref);
        let page = paging::page(list.total(), query.cursor, query.count);
        let paged = query.tab == BagTab::Auction;
        Ok(AuctionCards {
            cards: list.page().enumerate().map(|(index, auction)| drawing.card(auction, seller(index))).collect(),
            total: i32::try_from(list.total()).unwrap_or(i32::MAX),
            next_cursor: if paged { page.next_cursor } else { 0 },
            has_more: paged && page.has_more,
        })
    }
}
