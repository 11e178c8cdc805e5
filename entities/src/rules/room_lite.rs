//! The summary of a room in a list.

use live_pack_dal::{
    Lookup,
    model::{Auction, BagSummary, Permission, Pin, PinKind, Region, Voucher},
};

use super::{
    room::RoomVerdict,
    visibility::is_app_too_old,
    voucher::{rejection, state},
};

/// The facts behind a summary; `None`: not available, or left out.
#[derive(Debug, Clone, Copy)]
pub struct RoomFacts<'a> {
    /// Whether the room sells.
    pub verdict: RoomVerdict,
    /// Whether the viewer may enter the bag.
    pub may_enter: bool,
    /// The summary of the bag for the viewer.
    pub summary: Option<&'a BagSummary>,
    /// Whether flash sales are on.
    pub flash_sales: bool,
    /// The issued vouchers.
    pub vouchers: Option<&'a [Voucher]>,
    /// The auctions.
    pub auctions: Option<&'a [Auction]>,
    /// The pinned card.
    pub pin: Option<&'a Pin>,
    /// The viewer's region.
    pub region: Region,
    /// The viewer's client version; 0: not stated.
    pub app_version: i32,
    /// Now, Unix milliseconds.
    pub now_ms: i64,
}

/// The goods of a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RoomGoods {
    /// Whether there is a bag to open.
    pub has_bag: bool,
    /// Number of distinct products of the bag that the viewer may see.
    pub bag_count: i32,
    /// Whether a flash sale runs or will come.
    pub has_flash_sale: bool,
    /// Whether there is a voucher.
    pub has_voucher: bool,
    /// Whether there is an auction.
    pub has_auction: bool,
    /// The kind of the pinned card.
    pub pinned: PinKind,
    /// The pinned product; 0: none.
    pub pinned_product_id: i64,
}

/// The goods of a room. A room that does not sell has none; a voucher counts if some viewer of the region could get it,
/// an auction if the viewer's client can show it, and a bag if it contains a product or an auction.
#[must_use]
pub fn goods(facts: &RoomFacts<'_>) -> RoomGoods {
    if facts.verdict != RoomVerdict::Normal || !facts.may_enter {
        return RoomGoods::default();
    }
    let summary = facts.summary.copied().unwrap_or_default();
    let shown =
        |voucher: &Voucher| rejection(voucher, state(voucher, None, facts.now_ms), None, facts.region).is_none();
    let has_auction = facts
        .auctions
        .is_some_and(|all| all.iter().any(|auction| !is_app_too_old(facts.app_version, auction.min_app_version)));
    let pin = facts.pin.filter(|pin| pin.kind != PinKind::None);
    RoomGoods {
        has_bag: summary.count > 0 || has_auction,
        bag_count: summary.count,
        has_flash_sale: facts.flash_sales && summary.has_flash_sale,
        has_voucher: facts.vouchers.is_some_and(|vouchers| vouchers.iter().any(shown)),
        has_auction,
        pinned: pin.map(|pin| pin.kind).unwrap_or_default(),
        pinned_product_id: pin.filter(|pin| pin.kind == PinKind::Product).map_or(0, |pin| pin.target_id),
    }
}

/// A creator's permission in an answer that can do without the creator: an unknown account has no permission, an
/// unavailable account counts as NORMAL.
#[must_use]
pub fn permission<T>(creator: Option<&Lookup<T>>, of: impl Fn(&T) -> Permission) -> Permission {
    match creator {
        Some(Lookup::Found(creator)) => of(creator),
        Some(Lookup::Missing) => Permission::None,
        Some(Lookup::Failed) | None => Permission::Normal,
    }
}

#[cfg(test)]
mod tests;
