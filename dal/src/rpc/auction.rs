//! D7, auctions and surprise sets of a room, and whether a user may bid.

use std::sync::Arc;

use live_pack_idl::auction as wire;

use super::{
    Wiring,
    answer::{as_a_whole, by_key},
    convert::{Malformed, amount, limited, optional_amount},
    method::{Method, base, distinct},
    routes::Routes,
};
use crate::{
    Call, Downstream, DownstreamMethod, Error, Lookup,
    model::{Auction, AuctionStatus, BidderState, SurprisePrize, SurpriseSet},
};

by_key!(wire::MGetRoomAuctionsResponse);
as_a_whole!(wire::GetSurpriseSetResponse, wire::GetBidderStateResponse);

/// The client of D7.
#[derive(Debug)]
pub struct AuctionClient {
    routes: Arc<Routes<wire::AuctionServiceClient>>,
    rooms: Method,
    surprise_sets: Method,
    bidders: Method,
}

impl AuctionClient {
    pub(super) fn new(wiring: &Wiring<'_>) -> Self {
        Self {
            routes: wiring.routes(Downstream::Auction, |to| {
                to.tuned(wire::AuctionServiceClientBuilder::new(Downstream::Auction.name())).build()
            }),
            rooms: wiring.method(DownstreamMethod::MGetRoomAuctions),
            surprise_sets: wiring.method(DownstreamMethod::GetSurpriseSet),
            bidders: wiring.method(DownstreamMethod::GetBidderState),
        }
    }

    /// The auctions of rooms, aligned with `room_ids`; a room without auctions is an empty list.
    ///
    /// # Errors
    ///
    /// The call failed as a whole; a room that failed alone, or has an invalid amount, is [`Lookup::Failed`].
    pub async fn room_auctions(&self, call: &Call, room_ids: &[i64]) -> Result<Vec<Lookup<Arc<Vec<Auction>>>>, Error> {
        let request = || wire::MGetRoomAuctionsRequest { room_ids: distinct(room_ids), base: base(call) };
        let answer =
            self.rooms
                .run(call, room_ids, &self.routes, request, |to, request| async move {
                    to.m_get_room_auctions(request).await
                })
                .await?;
        Ok(self.rooms.align(call, room_ids, answer.rooms, &answer.failed, |_, wire| {
            Ok(Some(Arc::new(wire.auctions.into_iter().map(auction).collect::<Result<_, _>>()?)))
        }))
    }

    /// A surprise set of a room; `None`: the room has no such set.
    ///
    /// # Errors
    ///
    /// The call failed, or an amount in the answer is invalid.
    pub async fn surprise_set(
        &self,
        call: &Call,
        room_id: i64,
        set_id: i64,
    ) -> Result<Option<Arc<SurpriseSet>>, Error> {
        let request = || wire::GetSurpriseSetRequest { room_id, surprise_set_id: set_id, base: base(call) };
        let answer = self
            .surprise_sets
            .run(call, &[], &self.routes, request, |to, request| async move { to.get_surprise_set(request).await })
            .await?;
        let set = answer.surprise_set.map(surprise_set).transpose();
        set.map(|set| set.map(Arc::new)).map_err(|malformed| self.surprise_sets.unreadable(call, malformed))
    }

    /// Whether the viewer may bid in a room. Only for logged-in viewers.
    ///
    /// # Errors
    ///
    /// The call failed.
    pub async fn bidder_state(&self, call: &Call, room_id: i64) -> Result<BidderState, Error> {
        let request = || wire::GetBidderStateRequest { user_id: call.viewer.user_id, room_id, base: base(call) };
        let answer = self
            .bidders
            .run(call, &[], &self.routes, request, |to, request| async move { to.get_bidder_state(request).await })
            .await?;
        Ok(BidderState {
            terms_signed: answer.terms_signed,
            has_address: answer.has_address,
            has_payment: answer.has_payment,
            is_minor: answer.is_minor,
        })
    }
}

fn auction(wire: wire::Auction) -> Result<Auction, Malformed> {
    Ok(Auction {
        auction_id: wire.auction_id,
        product_id: wire.product_id,
        title: wire.title,
        cover_uri: wire.cover_uri,
        status: status(wire.status),
        currency: wire.currency,
        starting_bid: amount(&wire.starting_bid, "starting_bid")?,
        current_bid: amount(&wire.current_bid, "current_bid")?,
        min_increment: amount(&wire.min_increment, "min_increment")?,
        bid_count: wire.bid_count.max(0),
        start_ms: wire.start_ms,
        end_ms: wire.end_ms,
        extension_seconds: wire.extension_seconds.max(0),
        leader_id: wire.leader_id,
        leader_name: wire.leader_name,
        surprise_set_id: wire.is_surprise_set.then_some(wire.surprise_set_id),
        units_left: limited(wire.units_left),
        item_no: wire.item_no,
        min_app_version: wire.min_app_version,
        seller_id: wire.seller_id,
    })
}

const fn status(wire: wire::AuctionStatus) -> AuctionStatus {
    match wire {
        wire::AuctionStatus::NOT_STARTED => AuctionStatus::NotStarted,
        wire::AuctionStatus::ONGOING => AuctionStatus::Ongoing,
        wire::AuctionStatus::EXTENDED => AuctionStatus::Extended,
        wire::AuctionStatus::SOLD => AuctionStatus::Sold,
        wire::AuctionStatus::UNSOLD => AuctionStatus::Unsold,
        wire::AuctionStatus::CANCELLED => AuctionStatus::Cancelled,
        wire::AuctionStatus::PAYMENT_PENDING => AuctionStatus::PaymentPending,
        _ => AuctionStatus::Unknown,
    }
}

fn surprise_set(wire: wire::SurpriseSet) -> Result<SurpriseSet, Malformed> {
    Ok(SurpriseSet {
        surprise_set_id: wire.surprise_set_id,
        room_id: wire.room_id,
        title: wire.title,
        cover_uri: wire.cover_uri,
        prizes: wire.prizes.into_iter().map(prize).collect::<Result<_, _>>()?,
        rules_text: wire.rules_text,
        auction: auction(wire.auction)?,
    })
}

fn prize(wire: wire::SurprisePrize) -> Result<SurprisePrize, Malformed> {
    Ok(SurprisePrize {
        product_id: wire.product_id,
        title: wire.title,
        cover_uri: wire.cover_uri,
        units: wire.units.max(0),
        units_left: wire.units_left.max(0),
        value: optional_amount(wire.value.as_ref(), "value")?,
    })
}
