//! The auctions as they are answered.

use live_pack_dal::{
    FastStr,
    model::{Auction, Creator},
};
use live_pack_engine::{Context, Reads, Stage, Strength, SyncTask, TaskResult};
use live_pack_idl::live_pack::{AuctionInfo, Image, ProductCard};

use super::{
    price_converter::numbers,
    wire::{wire_auction_status, wire_button},
};
use crate::{
    loaders::Bidder,
    providers::{CreatorInfo, RoomInfo},
    request::{BagTab, LiveRequest},
    rules::{
        button::{AuctionFacts, Standing, auction_button},
        paging, room,
        visibility::is_app_too_old,
    },
    scene::AuctionScene,
};

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
        Reads::none().page().need::<RoomInfo>().need::<CreatorInfo>().maybe::<Bidder>()
    }

    fn strength(&self, _cx: &Context<AuctionScene>) -> Strength {
        Strength::Strong
    }

    fn run(&self, cx: &Context<AuctionScene>) -> TaskResult<AuctionScene, AuctionCards> {
        let (request, list) = (cx.request(), cx.list());
        let room = &cx.need::<RoomInfo>()?.0;
        let creator = cx.need::<CreatorInfo>()?;
        let verdict = room::verdict(room.state, creator.permission());
        let bidder = cx.maybe::<Bidder>().done().map(|bidder| &bidder.0);
        let numbers = numbers(request, room);
        let (query, viewer) = (&request.query.bag, &request.viewer);
        let own = |auction: &Auction| {
            let shop = creator.0.as_deref().and_then(|creator: &Creator| creator.shop.as_ref());
            let sells = shop.is_some_and(|shop| shop.seller_id == auction.seller_id);
            !viewer.is_guest() && viewer.user_id == room.anchor_id && (sells || shop.is_none())
        };
        let card = |auction: &Auction| {
            let standing = Standing {
                room: verdict,
                own_product: own(auction),
                off_shelf: false,
                minor: viewer.claims_minor,
                app_too_old: is_app_too_old(viewer.app_version, auction.min_app_version),
                trade: None,
            };
            let button = auction_button(&AuctionFacts { standing, auction, bidder, now_ms: request.now_ms });
            let schema =
                FastStr::from_string(format!("livepack://auction/{}?room={}", auction.auction_id, request.room_id));
            let price = numbers.as_ref().filter(|numbers| *numbers.currency() == auction.currency);
            ProductCard {
                product_id: auction.product_id,
                item_no: auction.item_no,
                title: auction.title.clone(),
                cover: cover(request, auction),
                buttons: vec![wire_button(button, request, request.language, &schema)],
                seller_id: auction.seller_id,
                auction: Some(info(request, auction, price)),
                schema,
                ..ProductCard::default()
            }
        };
        let page = paging::page(list.total(), query.cursor, query.count);
        let paged = query.tab == BagTab::Auction;
        Ok(AuctionCards {
            cards: list.page().map(card).collect(),
            total: i32::try_from(list.total()).unwrap_or(i32::MAX),
            next_cursor: if paged { page.next_cursor } else { 0 },
            has_more: paged && page.has_more,
        })
    }
}

fn cover(request: &LiveRequest, auction: &Auction) -> Image {
    let urls = request.resident.images.distinct_urls(&auction.cover_uri);
    Image { uri: auction.cover_uri.clone(), urls, width: 0, height: 0 }
}

fn info(request: &LiveRequest, auction: &Auction, numbers: Option<&live_pack_dal::money::NumberFormat>) -> AuctionInfo {
    let plain = |amount: live_pack_dal::Decimal| {
        numbers.map_or_else(|| FastStr::from_string(amount.to_string()), |numbers| numbers.plain(amount))
    };
    let viewer = &request.viewer;
    AuctionInfo {
        auction_id: auction.auction_id,
        status: wire_auction_status(auction.status),
        starting_bid: plain(auction.starting_bid),
        current_bid: plain(auction.current_bid),
        min_increment: plain(auction.min_increment),
        bid_count: auction.bid_count,
        end_ms: auction.end_ms,
        server_now_ms: request.now_ms,
        extension_seconds: auction.extension_seconds,
        leader_name: auction.leader_name.clone(),
        is_self_leading: !viewer.is_guest() && viewer.user_id == auction.leader_id,
        is_surprise_set: auction.surprise_set_id.is_some(),
        current_bid_text: numbers.map(|numbers| numbers.price(auction.current_bid)).unwrap_or_default(),
        units_left: auction.units_left.unwrap_or(-1),
    }
}
