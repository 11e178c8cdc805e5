//! Auctions, surprise sets and bidders.

use pilota::FastStr;
use rust_decimal::Decimal;

/// The status of an auction.
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
    /// There is a winner.
    Sold,
    /// There was no bid.
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
    /// The product; 0 for a surprise set.
    pub product_id: i64,
    /// Its name.
    pub title: FastStr,
    /// Its picture.
    pub cover_uri: FastStr,
    /// Its status.
    pub status: AuctionStatus,
    /// ISO 4217.
    pub currency: FastStr,
    /// Minimum first bid.
    pub starting_bid: Decimal,
    /// The highest bid; 0 before the first.
    pub current_bid: Decimal,
    /// Minimum amount of the next bid above the current one.
    pub min_increment: Decimal,
    /// Bids so far.
    pub bid_count: i32,
    /// First millisecond.
    pub start_ms: i64,
    /// First millisecond after it.
    pub end_ms: i64,
    /// Seconds that a late bid adds.
    pub extension_seconds: i32,
    /// User id of the highest bidder; 0: none.
    pub leader_id: i64,
    /// The highest bidder's display name.
    pub leader_name: FastStr,
    /// The surprise set, if the auction sells one.
    pub surprise_set_id: Option<i64>,
    /// Units left; `None`: unknown.
    pub units_left: Option<i32>,
    /// Its number in the bag.
    pub item_no: i32,
    /// The oldest client that can show it; 0: any.
    pub min_app_version: i32,
    /// User id of the seller.
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
    /// Its value.
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
    /// Its prizes.
    pub prizes: Vec<SurprisePrize>,
    /// Its rules.
    pub rules_text: FastStr,
    /// The auction that sells it.
    pub auction: Auction,
}

/// The conditions for a user to bid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BidderState {
    /// Has agreed to the terms.
    pub terms_signed: bool,
    /// Has an address.
    pub has_address: bool,
    /// Has a way to pay.
    pub has_payment: bool,
    /// Is a minor, according to the account.
    pub is_minor: bool,
}
