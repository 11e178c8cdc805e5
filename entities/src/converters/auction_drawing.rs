//! How auctions are drawn, wherever they stand: in the bag, on a refreshed screen, as a surprise set.

use live_pack_dal::{
    Decimal, FastStr,
    model::{Auction, AuctionStatus, BidderState, Room},
    money::NumberFormat,
    texts::{Arg, Text},
};
use live_pack_engine::{Context, Reads, TaskResult};
use live_pack_idl::live_pack::{AuctionInfo, Button, Image, ProductCard};

use super::{
    price_converter::numbers,
    wire::{wire_auction_status, wire_button},
};
use crate::{
    loaders::Bidder,
    providers::{CreatorInfo, RoomInfo},
    request::LiveRequest,
    rules::{
        button::{AuctionFacts, DisabledReason, Standing, auction_button},
        room,
        visibility::is_app_too_old,
    },
    scene::LiveScene,
};

/// What all auctions of a room are drawn from.
pub(super) struct AuctionDrawing<'a> {
    request: &'a LiveRequest,
    room: &'a Room,
    creator: &'a CreatorInfo,
    /// Who would bid; `None`: a guest, or it could not be had.
    pub(super) bidder: Option<&'a BidderState>,
    numbers: Option<NumberFormat>,
}

impl<'a> AuctionDrawing<'a> {
    /// What a task reads that draws auctions.
    pub(super) fn reads() -> Reads {
        Reads::none().need::<RoomInfo>().need::<CreatorInfo>().maybe::<Bidder>()
    }

    pub(super) fn of<S: LiveScene>(cx: &'a Context<S>) -> TaskResult<S, Self> {
        let (request, room) = (cx.request(), &cx.need::<RoomInfo>()?.0);
        let bidder = cx.maybe::<Bidder>().done().map(|bidder| &bidder.0);
        Ok(Self { request, room, creator: cx.need()?, bidder, numbers: numbers(request, room) })
    }

    /// The card of an auction.
    pub(super) fn card(&self, auction: &Auction) -> ProductCard {
        ProductCard {
            product_id: auction.product_id,
            item_no: auction.item_no,
            title: auction.title.clone(),
            cover: self.picture(&auction.cover_uri),
            buttons: vec![self.button(auction)],
            seller_id: auction.seller_id,
            auction: Some(self.info(auction)),
            schema: self.schema(auction),
            ..ProductCard::default()
        }
    }

    /// BID, or why not.
    pub(super) fn button(&self, auction: &Auction) -> Button {
        let viewer = &self.request.viewer;
        let min_app_version = auction.min_app_version.max(self.request.conf.auction.min_app_version);
        let standing = Standing {
            room: room::verdict(self.room.state, self.creator.permission()),
            own_product: self.is_own(auction),
            off_shelf: false,
            minor: viewer.claims_minor,
            app_too_old: is_app_too_old(viewer.app_version, min_app_version),
            trade: None,
        };
        let now_ms = self.request.now_ms;
        let button = auction_button(&AuctionFacts { standing, auction, bidder: self.bidder, now_ms });
        let (texts, language) = (&self.request.resident.texts, self.request.language);
        let drawn = wire_button(button, self.request, language, &self.schema(auction));
        match ended_text(auction.status).filter(|_| button.reason == DisabledReason::Ended) {
            Some(text) => Button { text: texts.get(language, text), ..drawn },
            None => drawn,
        }
    }

    /// Where the auction stands, in the currency of the room where it is sold in that.
    pub(super) fn info(&self, auction: &Auction) -> AuctionInfo {
        let numbers = self.numbers(auction);
        let plain = |amount: Decimal| {
            numbers.map_or_else(|| FastStr::from_string(amount.to_string()), |numbers| numbers.plain(amount))
        };
        let viewer = &self.request.viewer;
        AuctionInfo {
            auction_id: auction.auction_id,
            status: wire_auction_status(auction.status),
            starting_bid: plain(auction.starting_bid),
            current_bid: plain(auction.current_bid),
            min_increment: plain(auction.min_increment),
            bid_count: auction.bid_count,
            end_ms: auction.end_ms,
            server_now_ms: self.request.now_ms,
            extension_seconds: auction.extension_seconds,
            leader_name: auction.leader_name.clone(),
            is_self_leading: !viewer.is_guest() && viewer.user_id == auction.leader_id,
            is_surprise_set: auction.surprise_set_id.is_some(),
            current_bid_text: numbers.map(|numbers| self.bid_text(auction, numbers)).unwrap_or_default(),
            units_left: auction.units_left.unwrap_or(-1),
            start_ms: None,
            currency: None,
            status_text: None,
        }
    }

    /// How the viewer reads amounts of the auction; `None`: it is not sold in the currency of the room.
    pub(super) fn numbers(&self, auction: &Auction) -> Option<&NumberFormat> {
        self.numbers.as_ref().filter(|numbers| *numbers.currency() == auction.currency)
    }

    /// The highest bid; before the first one, where the bids start.
    fn bid_text(&self, auction: &Auction, numbers: &NumberFormat) -> FastStr {
        if auction.bid_count > 0 {
            return numbers.price(auction.current_bid);
        }
        let starting = numbers.price(auction.starting_bid);
        let (texts, language) = (&self.request.resident.texts, self.request.language);
        texts.format(language, Text::StartingBid, 0, &[(Arg::Amount, &starting)])
    }

    /// A picture whose size nobody says.
    pub(super) fn picture(&self, uri: &FastStr) -> Image {
        Image { uri: uri.clone(), urls: self.request.resident.images.distinct_urls(uri), width: 0, height: 0 }
    }

    fn schema(&self, auction: &Auction) -> FastStr {
        FastStr::from_string(format!("livepack://auction/{}?room={}", auction.auction_id, self.request.room_id))
    }

    /// The viewer is the anchor, and sells it too.
    fn is_own(&self, auction: &Auction) -> bool {
        let viewer = &self.request.viewer;
        let shop = self.creator.0.as_deref().and_then(|creator| creator.shop.as_ref());
        let sells = shop.is_none_or(|shop| shop.seller_id == auction.seller_id);
        !viewer.is_guest() && viewer.user_id == self.room.anchor_id && sells
    }
}

/// How an auction ended, where its status says more than that it is over.
const fn ended_text(status: AuctionStatus) -> Option<Text> {
    match status {
        AuctionStatus::Sold | AuctionStatus::PaymentPending => Some(Text::AuctionSold),
        AuctionStatus::Unsold => Some(Text::AuctionUnsold),
        AuctionStatus::Cancelled => Some(Text::AuctionCancelled),
        AuctionStatus::Unknown | AuctionStatus::NotStarted | AuctionStatus::Ongoing | AuctionStatus::Extended => None,
    }
}
