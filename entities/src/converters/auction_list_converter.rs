//! The auctions in the answer.

use live_pack_dal::model::Auction;
use live_pack_engine::{Context, Maybe, Page, Row, Stage, Task, TaskResult};
use live_pack_idl::live_pack::ProductCard;

use super::auction_drawing::{AuctionDrawing, AuctionInputs};
use crate::{loaders::Sellers, request::BagTab, rules::paging, scene::AuctionScene};

/// The cards of the auctions, and the next cursor.
#[derive(Debug)]
pub struct AuctionCards {
    /// In order.
    pub cards: Vec<ProductCard>,
    /// After filters, before the cut.
    pub total: i32,
    /// Entries consumed after this page; 0 at the end.
    pub next_cursor: i64,
    /// Whether more entries follow.
    pub has_more: bool,
}

/// Draws a card for each auction.
#[derive(Debug)]
pub struct AuctionListConverter;

impl Task<AuctionScene> for AuctionListConverter {
    type Output = AuctionCards;
    type Input<'a> = (Page<'a, AuctionScene>, AuctionInputs<'a>, Maybe<'a, Sellers>);
    const STAGE: Stage = Stage::Converters;
    const WAITS: bool = false;

    async fn run(
        &self,
        cx: &Context<AuctionScene>,
        (list, auctions, sellers): (Page<'_, AuctionScene>, AuctionInputs<'_>, Maybe<'_, Sellers>),
    ) -> TaskResult<AuctionScene, AuctionCards> {
        let request = cx.request();
        let query = &request.query.bag;
        let drawing = AuctionDrawing::of(request, auctions);
        let sellers = sellers.done();
        let seller = |row: Row<'_, Auction>| sellers.and_then(|sellers| sellers.of_page.of(row).found());
        let card = |row: Row<'_, Auction>| drawing.card(row.item, seller(row).map(AsRef::as_ref));
        let page = paging::page(list.total(), query.cursor, query.count);
        let paged = query.tab == BagTab::Auction;
        Ok(AuctionCards {
            cards: list.rows().map(card).collect(),
            total: i32::try_from(list.total()).unwrap_or(i32::MAX),
            next_cursor: if paged { page.next_cursor } else { 0 },
            has_more: paged && page.has_more,
        })
    }
}
