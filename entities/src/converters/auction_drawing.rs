//! Auctions in answers: in the bag, on a refreshed screen, in a feed, as a surprise set.

use std::collections::BTreeMap;

use live_pack_dal::{
    Decimal, FastStr, PictureKind,
    model::{Auction, AuctionStatus, BidderState, Room, Seller},
    money::NumberFormat,
    texts::{Arg, Text},
};
use live_pack_engine::{Inputs, Maybe};
use live_pack_idl::live_pack::{
    AuctionInfo, Button, ButtonState, ButtonType, CardFields, Label as WireLabel, ProductCard,
};

use super::{
    kit::Kit,
    price_converter::numbers,
    wire::{picture, wire_auction_status, wire_button, wire_label},
};
use crate::{
    loaders::Bidder,
    providers::{CreatorInfo, RoomInfo},
    request::LiveRequest,
    rules::{
        bidder::masked,
        button::{AuctionFacts, DisabledReason, Standing, auction_button},
        label::Label,
        room,
        visibility::is_app_too_old,
    },
};

/// Inputs of the auctions of a room.
#[derive(Debug, Clone, Copy, Inputs)]
pub struct AuctionInputs<'a> {
    pub(super) room: &'a RoomInfo,
    pub(super) creator: &'a CreatorInfo,
    bidder: Maybe<'a, Bidder>,
}

/// The data behind all auction cards of a room.
pub(super) struct AuctionDrawing<'a> {
    request: &'a LiveRequest,
    room: &'a Room,
    creator: &'a CreatorInfo,
    /// The viewer as a bidder; `None`: a guest, or not available.
    pub(super) bidder: Option<&'a BidderState>,
    numbers: Option<NumberFormat>,
}

impl<'a> AuctionDrawing<'a> {
    pub(super) fn of(request: &'a LiveRequest, input: AuctionInputs<'a>) -> Self {
        let room = &input.room.0;
        let bidder = input.bidder.done().map(|bidder| &bidder.0);
        Self { request, room, creator: input.creator, bidder, numbers: numbers(request, room) }
    }

    /// The card of an auction. Without its seller the card has no shop name.
    pub(super) fn card(&self, auction: &Auction, seller: Option<&Seller>) -> ProductCard {
        CardFields {
            product_id: auction.product_id,
            item_no: auction.item_no,
            title: auction.title.clone(),
            cover: picture(Kit::of(self.request), PictureKind::Auction, &auction.cover_uri),
            labels: self.labels(auction),
            buttons: vec![self.button(auction)],
            seller_id: auction.seller_id,
            seller_name: seller.map(|seller| seller.name.clone()).unwrap_or_default(),
            auction: Some(self.info(auction)),
            schema: self.schema(auction),
            track: track(auction),
            ..CardFields::default()
        }
        .into()
    }

    /// The label of a surprise set; other auctions have none.
    pub(super) fn labels(&self, auction: &Auction) -> Vec<WireLabel> {
        let text = || self.request.resident.texts.get(self.request.language, Text::SurpriseSet);
        let label = |_| wire_label(Label::SurpriseSet, text(), Kit::of(self.request));
        auction.surprise_set_id.map(label).into_iter().collect()
    }

    /// BID, or the reason against it. If the viewer can remove the reason (missing details of a bidder), the disabled button links
    /// to the place to do so. For the winner of an unpaid auction it links to the payment.
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
        let guest = viewer.is_guest();
        let button = auction_button(&AuctionFacts { standing, auction, guest, bidder: self.bidder, now_ms });
        let (texts, language) = (&self.request.resident.texts, self.request.language);
        let drawn = wire_button(button, texts, language, &self.schema(auction));
        let room_id = self.request.room_id;
        match button.reason {
            DisabledReason::Ended if auction.status == AuctionStatus::PaymentPending && self.is_leading(auction) => {
                Button {
                    kind: ButtonType::VIEW,
                    state: ButtonState::ENABLED,
                    text: texts.get(language, Text::AuctionPayNow),
                    schema: FastStr::from_string(format!(
                        "livepack://auction/{}/pay?room={room_id}",
                        auction.auction_id
                    )),
                    ..Button::default()
                }
            }
            DisabledReason::Ended => match ended_text(auction.status) {
                Some(text) => Button { text: texts.get(language, text), ..drawn },
                None => drawn,
            },
            DisabledReason::AuctionNotQualified => {
                let schema = format!("livepack://auction/{}/qualify?room={room_id}", auction.auction_id);
                Button { schema: FastStr::from_string(schema), ..drawn }
            }
            _ => drawn,
        }
    }

    /// The state of the auction, with amounts if it is sold in the currency of the room.
    pub(super) fn info(&self, auction: &Auction) -> AuctionInfo {
        let numbers = self.numbers(auction);
        let plain = |amount: Decimal| {
            numbers.map_or_else(|| FastStr::from_string(amount.to_string()), |numbers| numbers.plain(amount))
        };
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
            leader_name: FastStr::from_string(masked(&auction.leader_name)),
            is_self_leading: self.is_leading(auction),
            is_surprise_set: auction.surprise_set_id.is_some(),
            current_bid_text: numbers.map(|numbers| self.bid_text(auction, numbers)).unwrap_or_default(),
            units_left: units_left(auction),
            start_ms: Some(auction.start_ms),
            currency: Some(auction.currency.clone()),
            status_text: self.status_text(auction),
        }
    }

    /// "You are leading" and "time extended" while bids are taken, then the outcome.
    fn status_text(&self, auction: &Auction) -> Option<FastStr> {
        let open = matches!(auction.status, AuctionStatus::Ongoing | AuctionStatus::Extended)
            && self.request.now_ms < auction.end_ms;
        let text = if open && self.is_leading(auction) {
            Some(Text::Leading)
        } else if open && auction.status == AuctionStatus::Extended {
            Some(Text::AuctionExtended)
        } else {
            ended_text(auction.status)
        };
        text.map(|text| self.request.resident.texts.get(self.request.language, text))
    }

    fn is_leading(&self, auction: &Auction) -> bool {
        let viewer = &self.request.viewer;
        !viewer.is_guest() && viewer.user_id == auction.leader_id
    }

    /// The number format for amounts of the auction; `None`: it is not sold in the currency of the room.
    pub(super) fn numbers(&self, auction: &Auction) -> Option<&NumberFormat> {
        self.numbers.as_ref().filter(|numbers| *numbers.currency() == auction.currency)
    }

    /// The highest bid; before the first one, the starting bid.
    fn bid_text(&self, auction: &Auction, numbers: &NumberFormat) -> FastStr {
        let (text, amount) = if auction.bid_count > 0 {
            (Text::CurrentBid, auction.current_bid)
        } else {
            (Text::StartingBid, auction.starting_bid)
        };
        let (texts, language) = (&self.request.resident.texts, self.request.language);
        texts.format(language, text, 0, &[(Arg::Amount, &numbers.price(amount))])
    }

    fn schema(&self, auction: &Auction) -> FastStr {
        FastStr::from_string(format!("livepack://auction/{}?room={}", auction.auction_id, self.request.room_id))
    }

    /// Whether the viewer is the anchor or the seller.
    fn is_own(&self, auction: &Auction) -> bool {
        let viewer = &self.request.viewer;
        let shop = self.creator.0.as_deref().and_then(|creator| creator.shop.as_ref());
        let sells = shop.is_none_or(|shop| shop.seller_id == auction.seller_id);
        !viewer.is_guest() && viewer.user_id == self.room.anchor_id && sells
    }
}

/// Units left; -1: not limited. For a surprise set, the units left in the set; for any other sold auction, 0, whatever
/// the auction service counts.
fn units_left(auction: &Auction) -> i32 {
    if auction.status == AuctionStatus::Sold && auction.surprise_set_id.is_none() {
        0
    } else {
        auction.units_left.unwrap_or(-1)
    }
}

/// Data that the client reports when the card is tapped.
fn track(auction: &Auction) -> BTreeMap<FastStr, FastStr> {
    let id = FastStr::from_string(auction.auction_id.to_string());
    [("place", FastStr::from_static_str("auction")), ("auction_id", id)]
        .map(|(key, value)| (FastStr::from_static_str(key), value))
        .into()
}

/// The text for the outcome of an auction, if its status says more than "over".
const fn ended_text(status: AuctionStatus) -> Option<Text> {
    match status {
        AuctionStatus::Sold | AuctionStatus::PaymentPending => Some(Text::AuctionSold),
        AuctionStatus::Unsold => Some(Text::AuctionUnsold),
        AuctionStatus::Cancelled => Some(Text::AuctionCancelled),
        AuctionStatus::Unknown | AuctionStatus::NotStarted | AuctionStatus::Ongoing | AuctionStatus::Extended => None,
    }
}
