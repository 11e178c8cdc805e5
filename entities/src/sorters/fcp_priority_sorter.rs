//! The order of products in a feed.

use live_pack_dal::config::FcpComponent;
use live_pack_engine::{Context, SortKey, Sorter};

use crate::{
    item::BagItem,
    providers::FcpSlot,
    rules::flash_sale::{self, FlashState},
    scene::BagScene,
};

/// Running flash sales by their end, then the pinned product, if the slot requests them; then the rest.
#[derive(Debug)]
pub struct FcpPrioritySorter;

impl Sorter<BagScene> for FcpPrioritySorter {
    type Input<'a> = &'a FcpSlot;

    fn key(&self, _cx: &Context<BagScene>, slot: &&FcpSlot, item: &BagItem) -> SortKey {
        let wants = |component| slot.wants(component);
        let running = item.sale.filter(|sale| sale.state == FlashState::Ongoing);
        match running {
            Some(sale) if wants(FcpComponent::FlashSale) => flash_sale::sort_key(Some(&sale)).into(),
            _ if item.is_pinned && wants(FcpComponent::PinCard) => (i64::MAX - 1).into(),
            _ => SortKey::LAST,
        }
    }
}
