//! Vouchers of a room, and a user's claims.

use ahash::AHashMap;
use pilota::FastStr;
use rust_decimal::Decimal;

use super::Region;

/// Kinds of reductions by a voucher.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VoucherKind {
    /// An amount.
    AmountOff,
    /// A share of the price.
    PercentOff,
    /// The cost of delivery.
    FreeShipping,
}

/// The party that pays for a voucher.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VoucherFunder {
    /// The seller.
    Seller,
    /// The platform.
    Platform,
}

/// Places where a voucher is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VoucherDisplay {
    /// Everywhere.
    Regular,
    /// Only while live.
    Live,
    /// Only by this creator.
    CreatorExclusive,
    /// In the chat.
    Chat,
    /// By a code.
    PromoCode,
    /// To followers.
    Follower,
}

/// Tasks that a user must do to claim a voucher.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClaimTask {
    /// Nothing.
    NoTask,
    /// Watches for a while.
    WatchLive,
    /// Follows the host.
    FollowHost,
}

/// States of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ClaimState {
    /// Nothing yet.
    #[default]
    NotClaimed,
    /// Has it.
    Claimed,
    /// Spent it.
    Used,
}

/// A voucher.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Voucher {
    /// Its id.
    pub voucher_id: i64,
    /// Its name.
    pub title: FastStr,
    /// The kind of reduction.
    pub kind: VoucherKind,
    /// The party that pays for it.
    pub funder: VoucherFunder,
    /// The place where it is shown.
    pub display: VoucherDisplay,
    /// For [`VoucherKind::AmountOff`].
    pub reduction: Option<Decimal>,
    /// For [`VoucherKind::PercentOff`], 1 to 100.
    pub percent: Option<i32>,
    /// Maximum reduction.
    pub max_discount: Option<Decimal>,
    /// Minimum spend.
    pub min_spend: Decimal,
    /// ISO 4217.
    pub currency: FastStr,
    /// First millisecond in which it can be claimed.
    pub claim_start_ms: i64,
    /// First millisecond in which it can no longer be claimed.
    pub claim_end_ms: i64,
    /// Expiry time.
    pub use_end_ms: Option<i64>,
    /// Days from the claim to expiry.
    pub use_days: Option<i32>,
    /// The task to claim it.
    pub task: ClaimTask,
    /// For [`ClaimTask::WatchLive`].
    pub min_watch_seconds: i32,
    /// Claims left; `None`: not limited.
    pub stock_left: Option<i32>,
    /// Seller of the products it applies to; 0: any.
    pub seller_id: i64,
    /// Products it applies to; empty: all (of the seller, if one is named).
    pub product_ids: Vec<i64>,
    /// Regions it is valid in; empty: all.
    pub regions: Vec<Region>,
    /// Only for users without an earlier purchase.
    pub new_users_only: bool,
}

/// A user's claims of the vouchers of a room.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Claims {
    /// By voucher; an absent voucher is [`ClaimState::NotClaimed`], unless it failed.
    pub states: AHashMap<i64, ClaimState>,
    /// Vouchers for which the service failed.
    pub failed: Vec<i64>,
    /// Never bought anything.
    pub is_new_user: bool,
    /// Follows the host of the room.
    pub follows_host: bool,
}
