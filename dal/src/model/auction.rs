//! Auctions, surprise sets and who may bid.

use pilota::FastStr;
use rust_decimal::Decimal;

/// The life of an auction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum AuctionStatus {
    /// A status this version does not know.
    #[default]
    Unknown,
    /// To come.
    NotStarted,
    /// Bids are taken.
    Ongoing,
    /// Bids are taken after a late bid.
    Extended,
    /// Somebody won.
    Sold,
    /// Nobody bid.
    Unsold,
    /// Called off.
    Cancelled,
    /// Won, not paid yet.
    PaymentPending,
}

/// An auction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Auction {
    /// Its id.
    pub auction_id: i64,
    /// What is sold; 0 for a surprise set.
    pub product_id: i64,
    /// Its name.
    pub title: FastStr,
    /// Its picture.
    pub cover_uri: FastStr,
    /// Where in its life it is.
    pub status: AuctionStatus,
    /// ISO 4217.
    pub currency: FastStr,
    /// The least first bid.
    pub starting_bid: Decimal,
    /// The highest bid; 0 before the first.
    pub current_bid: Decimal,
    /// What the next bid must add.
    pub min_increment: Decimal,
    /// Bids so far.
    pub bid_count: i32,
    /// First millisecond.
    pub start_ms: i64,
    /// First millisecond after it.
    pub end_ms: i64,
    /// What a late bid adds.
    pub extension_seconds: i32,
    /// Who leads; 0: nobody.
    pub leader_id: i64,
    /// The leader's display name.
    pub leader_name: FastStr,
    /// The set, if it is one.
    pub surprise_set_id: Option<i64>,
    /// Units left; `None`: not said.
    pub units_left: Option<i32>,
    /// Its number in the bag.
    pub item_no: i32,
    /// The oldest client that can show it; 0: any.
    pub min_app_version: i32,
    /// Who sells.
    pub seller_id: i64,
}

/// A prize of a surprise set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SurprisePrize {
    /// The product.
    pub product_id: i64,
    /// Its name.
    pub title: FastStr,
    /// Its picture.
    pub cover_uri: FastStr,
    /// Units at the start.
    pub units: i32,
    /// Units left.
    pub units_left: i32,
    /// What it is worth.
    pub value: Option<Decimal>,
}

/// A surprise set: an auction of one prize of many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SurpriseSet {
    /// Its id.
    pub surprise_set_id: i64,
    /// The room it belongs to.
    pub room_id: i64,
    /// Its name.
    pub title: FastStr,
    /// Its picture.
    pub cover_uri: FastStr,
    /// What is in it.
    pub prizes: Vec<SurprisePrize>,
    /// Its rules.
    pub rules_text: FastStr,
    /// The auction that sells it.
    pub auction: Auction,
}

/// Whether a user may bid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BidderState {
    /// Has agreed to the terms.
    pub terms_signed: bool,
    /// Has an address.
    pub has_address: bool,
    /// Has a way to pay.
    pub has_payment: bool,
    /// What the account says.
    pub is_minor: bool,
}
