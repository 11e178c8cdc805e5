//! Vouchers: state for the viewer, applicability, worth, and order.

use std::cmp::Reverse;

use live_pack_dal::{
    Decimal,
    model::{ClaimState, ClaimTask, Claims, Region, Voucher, VoucherFunder},
};

mod cheapest;
#[cfg(test)]
mod tests;
mod worth;

pub use cheapest::{cheapest, value_on};
pub use worth::{BestVouchers, PricedProduct, Worth, best, value};

/// The state of a voucher for the viewer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VoucherState {
    /// Can be claimed with one tap.
    Claimable,
    /// The viewer has it.
    Claimed,
    /// The viewer spent it.
    Used,
    /// No claims are left.
    SoldOut,
    /// Cannot be claimed yet.
    NotStarted,
    /// Can no longer be claimed, or has expired.
    Expired,
    /// Can be claimed after a task.
    TaskRequired,
}

impl VoucherState {
    /// Whether one tap claims it. A pending task takes more than one tap.
    #[must_use]
    pub const fn is_claimable(self) -> bool {
        matches!(self, Self::Claimable)
    }

    /// Whether the viewer can still spend it, now or after a claim or a task.
    #[must_use]
    pub const fn is_spendable(self) -> bool {
        matches!(self, Self::Claimable | Self::Claimed | Self::TaskRequired)
    }
}

/// Reasons why a voucher is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VoucherRejection {
    /// Not in the viewer's region.
    Region,
    /// Only for users without an earlier purchase.
    Segment,
    /// Can no longer be claimed, or has expired.
    Expired,
    /// No claims are left.
    Gone,
}

impl VoucherRejection {
    /// The reason in records and metrics.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Region => "region",
            Self::Segment => "segment",
            Self::Expired => "expired",
            Self::Gone => "gone",
        }
    }
}

/// The position of a voucher in a list; the smallest comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct VoucherOrder {
    not_claimable: bool,
    value: Reverse<Option<Decimal>>,
    not_platform: bool,
    claim_end_ms: i64,
    voucher_id: i64,
}

/// The state of a voucher for the viewer. The viewer's claim takes precedence over the voucher's own state: a spent voucher
/// stays USED, and a claimed one stays CLAIMED even if no claims are left, until it expires. `claims` is `None` for a guest.
///
/// Following is known and makes a FOLLOW_HOST voucher claimable; the watch time is unknown, so WATCH_LIVE stays a task.
#[must_use]
pub fn state(voucher: &Voucher, claims: Option<&Claims>, now_ms: i64) -> VoucherState {
    let claimed = claims.and_then(|claims| claims.states.get(&voucher.voucher_id)).copied().unwrap_or_default();
    let lapsed = voucher.use_end_ms.is_some_and(|end| now_ms >= end);
    match claimed {
        ClaimState::Used => VoucherState::Used,
        _ if lapsed => VoucherState::Expired,
        ClaimState::Claimed => VoucherState::Claimed,
        ClaimState::NotClaimed if now_ms >= voucher.claim_end_ms => VoucherState::Expired,
        ClaimState::NotClaimed if now_ms < voucher.claim_start_ms => VoucherState::NotStarted,
        ClaimState::NotClaimed if voucher.stock_left.is_some_and(|left| left <= 0) => VoucherState::SoldOut,
        ClaimState::NotClaimed if is_task_open(voucher.task, claims) => VoucherState::TaskRequired,
        ClaimState::NotClaimed => VoucherState::Claimable,
    }
}

/// The reason why a voucher of this state is not shown to the viewer: not for the region or segment, expired, or gone.
/// A user is new if the account says so; a guest is not.
#[must_use]
pub fn rejection(
    voucher: &Voucher,
    state: VoucherState,
    claims: Option<&Claims>,
    viewer: Region,
) -> Option<VoucherRejection> {
    if !is_sold_in(voucher, viewer) {
        return Some(VoucherRejection::Region);
    }
    if voucher.new_users_only && !claims.is_some_and(|claims| claims.is_new_user) {
        return Some(VoucherRejection::Segment);
    }
    match state {
        VoucherState::Expired => Some(VoucherRejection::Expired),
        VoucherState::SoldOut => Some(VoucherRejection::Gone),
        _ => None,
    }
}

/// Whether a voucher applies to a product, its seller and the viewer's region, regardless of the price.
#[must_use]
pub fn applies_to(voucher: &Voucher, product_id: i64, seller_id: i64, viewer: Region) -> bool {
    let of_seller = voucher.seller_id == 0 || voucher.seller_id == seller_id;
    let of_list = voucher.product_ids.is_empty() || voucher.product_ids.contains(&product_id);
    of_seller && of_list && is_sold_in(voucher, viewer)
}

/// The position of a voucher: claimable first, then the greatest worth (`value` for the list's product; `None` counts as
/// least), platform before seller on a tie, earliest end, id.
#[must_use]
pub const fn order(voucher: &Voucher, state: VoucherState, value: Option<Decimal>) -> VoucherOrder {
    VoucherOrder {
        not_claimable: !state.is_claimable(),
        value: Reverse(value),
        not_platform: !matches!(voucher.funder, VoucherFunder::Platform),
        claim_end_ms: voucher.claim_end_ms,
        voucher_id: voucher.voucher_id,
    }
}

/// The index of the voucher for the banner in an ordered list (the first that the viewer can still spend), and the number of
/// other vouchers. `None`: there is none.
#[must_use]
pub fn headline(states: &[VoucherState]) -> Option<(usize, usize)> {
    let best = states.iter().position(|state| state.is_spendable())?;
    Some((best, states.len() - 1))
}

/// Whether a voucher is valid in a region; one without regions is valid everywhere.
fn is_sold_in(voucher: &Voucher, viewer: Region) -> bool {
    voucher.regions.is_empty() || voucher.regions.contains(&viewer)
}

/// Whether a task must still be done before a claim.
fn is_task_open(task: ClaimTask, claims: Option<&Claims>) -> bool {
    match task {
        ClaimTask::NoTask => false,
        ClaimTask::WatchLive => true,
        ClaimTask::FollowHost => !claims.is_some_and(|claims| claims.follows_host),
    }
}
