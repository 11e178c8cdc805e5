//! Vouchers of a room and what a user did with them.

use ahash::AHashMap;
use pilota::FastStr;
use rust_decimal::Decimal;

use super::Region;

/// What a voucher takes off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VoucherKind {
    /// An amount.
    AmountOff,
    /// A share of the price.
    PercentOff,
    /// The cost of delivery.
    FreeShipping,
}

/// Who pays for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VoucherFunder {
    /// The seller.
    Seller,
    /// The platform.
    Platform,
}

/// Where and to whom it is shown.
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

/// What a user does to claim it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClaimTask {
    /// Nothing.
    NoTask,
    /// Watches for a while.
    WatchLive,
    /// Follows the host.
    FollowHost,
}

/// What a user did with a voucher.
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
    /// What it takes off.
    pub kind: VoucherKind,
    /// Who pays for it.
    pub funder: VoucherFunder,
    /// Where it is shown.
    pub display: VoucherDisplay,
    /// For [`VoucherKind::AmountOff`].
    pub reduction: Option<Decimal>,
    /// For [`VoucherKind::PercentOff`], 1 to 100.
    pub percent: Option<i32>,
    /// The most it takes off.
    pub max_discount: Option<Decimal>,
    /// What must be spent at least.
    pub min_spend: Decimal,
    /// ISO 4217.
    pub currency: FastStr,
    /// First millisecond in which it can be claimed.
    pub claim_start_ms: i64,
    /// First millisecond in which it can no longer be claimed.
    pub claim_end_ms: i64,
    /// When it lapses.
    pub use_end_ms: Option<i64>,
    /// Days after the claim in which it lapses.
    pub use_days: Option<i32>,
    /// What must be done to claim it.
    pub task: ClaimTask,
    /// For [`ClaimTask::WatchLive`].
    pub min_watch_seconds: i32,
    /// Claims left; `None`: not limited.
    pub stock_left: Option<i32>,
    /// Whose products; 0: anybody's.
    pub seller_id: i64,
    /// Which products; empty: all (of the seller, where one is named).
    pub product_ids: Vec<i64>,
    /// Where; empty: everywhere.
    pub regions: Vec<Region>,
    /// Only for those who never bought.
    pub new_users_only: bool,
}

/// What a user did with the vouchers of a room.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Claims {
    /// By voucher; not there: [`ClaimState::NotClaimed`], unless it failed.
    pub states: AHashMap<i64, ClaimState>,
    /// Vouchers that were asked for and not answered.
    pub failed: Vec<i64>,
    /// Never bought anything.
    pub is_new_user: bool,
    /// Follows the host of the room.
    pub follows_host: bool,
}
