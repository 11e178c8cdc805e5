//! What of a room is told without opening it.

use live_pack_dal::{
    Lookup,
    model::{Auction, BagSummary, Permission, Pin, PinKind, Region, Voucher},
};

use super::{
    room::RoomVerdict,
    visibility::is_app_too_old,
    voucher::{rejection, state},
};

/// What decides; `None`: it could not be had, or was left out.
#[derive(Debug, Clone, Copy)]
pub struct RoomFacts<'a> {
    /// Whether the room sells.
    pub verdict: RoomVerdict,
    /// The viewer may enter the bag.
    pub may_enter: bool,
    /// The bag in numbers, as the viewer sees it.
    pub summary: Option<&'a BagSummary>,
    /// Flash sales are not switched off.
    pub flash_sales: bool,
    /// The vouchers that were issued.
    pub vouchers: Option<&'a [Voucher]>,
    /// The auctions.
    pub auctions: Option<&'a [Auction]>,
    /// What is pinned.
    pub pin: Option<&'a Pin>,
    /// Where the viewer shops.
    pub region: Region,
    /// The viewer's client; 0: not said.
    pub app_version: i32,
    /// Now, Unix milliseconds.
    pub now_ms: i64,
}

/// What there is to sell in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RoomGoods {
    /// There is a bag to open.
    pub has_bag: bool,
    /// Different products of the bag that the viewer may see.
    pub bag_count: i32,
    /// A flash sale runs or comes.
    pub has_flash_sale: bool,
    /// There is a voucher.
    pub has_voucher: bool,
    /// There is an auction.
    pub has_auction: bool,
    /// What kind of thing is pinned.
    pub pinned: PinKind,
    /// The pinned product; 0: none.
    pub pinned_product_id: i64,
}

/// What there is to sell. A room that does not sell has nothing; a voucher is told of where some viewer of the region could
/// get it, an auction where the viewer's client can show it, and a bag where it holds a product or an auction.
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

/// What a creator may sell, as an answer that can do without the creator says it: an account that is not known has no
/// permission, one that could not be asked of counts as NORMAL.
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
