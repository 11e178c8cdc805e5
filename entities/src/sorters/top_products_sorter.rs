//! The pinned product, then the host's top products.

use live_pack_engine::{Context, SortKey, Sorter};

use crate::{
    item::BagItem,
    rules::order::{pinned_key, top_key},
    scene::BagScene,
};

/// Pinned first, then the host's top products in their order.
#[derive(Debug)]
pub struct TopProductsSorter;

impl Sorter<BagScene> for TopProductsSorter {
    type Input<'a> = ();

    fn key(&self, _cx: &Context<BagScene>, (): &(), item: &BagItem) -> SortKey {
        if item.is_pinned { pinned_key(true).into() } else { top_key(item.top_rank).into() }
    }
}
