//! Commerce components for a slot in a feed. "FCP" is read as *feed component platform*.

use live_pack_dal::{
    FastStr,
    config::{FcpComponent, FcpScene},
    model::{Auction, AuctionStatus},
};

use super::visibility::is_app_too_old;

/// The goods of a room for a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SlotFacts {
    /// Whether an auction takes bids.
    pub auction: bool,
    /// Whether a flash sale runs.
    pub flash_sale: bool,
    /// Whether a product is pinned.
    pub pin_card: bool,
    /// Whether a voucher can be claimed with one tap.
    pub voucher: bool,
    /// Whether there is a bag to open.
    pub bag_entry: bool,
}

impl SlotFacts {
    const fn has(&self, component: FcpComponent) -> bool {
        match component {
            FcpComponent::Auction => self.auction,
            FcpComponent::FlashSale => self.flash_sale,
            FcpComponent::PinCard => self.pin_card,
            FcpComponent::Voucher => self.voucher,
            FcpComponent::BagEntry => self.bag_entry,
            // shown beside the main component
            FcpComponent::ProductStrip => false,
        }
    }
}

/// The components wanted by a slot: those requested by our keys, or those configured for its scene if none are
/// requested. A feed queries many businesses at once, so unknown keys are ignored.
#[must_use]
pub fn wanted(keys: &[FastStr], scene: &FcpScene) -> Vec<FcpComponent> {
    if keys.is_empty() {
        return scene.components.clone();
    }
    FcpComponent::ALL.into_iter().filter(|component| keys.iter().any(|key| component.key() == key.as_str())).collect()
}

/// The main component: at most one, by auction running > flash sale running > pinned product > voucher > bag entry.
#[must_use]
pub fn main(wanted: &[FcpComponent], facts: &SlotFacts) -> Option<FcpComponent> {
    FcpComponent::ALL.into_iter().find(|component| wanted.contains(component) && facts.has(*component))
}

/// The priority of a component among those of other businesses; higher first, 10 to 60.
#[must_use]
pub fn priority(component: FcpComponent) -> i32 {
    let behind = FcpComponent::ALL.iter().rev().take_while(|other| **other != component).count();
    i32::try_from(behind + 1).unwrap_or(0) * 10
}

/// The auction to show: it takes bids, this client can show it, and it ends first.
#[must_use]
pub fn running_auction(auctions: &[Auction], app_version: i32, now_ms: i64) -> Option<&Auction> {
    let runs = |auction: &&Auction| {
        matches!(auction.status, AuctionStatus::Ongoing | AuctionStatus::Extended)
            && now_ms < auction.end_ms
            && !is_app_too_old(app_version, auction.min_app_version)
    };
    auctions.iter().filter(runs).min_by_key(|auction| (auction.end_ms, auction.auction_id))
}

#[cfg(test)]
mod tests;
