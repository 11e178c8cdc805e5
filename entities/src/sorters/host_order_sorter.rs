//! The order in which the host numbered the bag.

use live_pack_engine::{Context, SortKey, Sorter};

use crate::{item::BagItem, scene::BagScene};

/// By the number in the bag.
#[derive(Debug)]
pub struct HostOrderSorter;

impl Sorter<BagScene> for HostOrderSorter {
    type Input<'a> = ();

    fn key(&self, _cx: &Context<BagScene>, (): &(), item: &BagItem) -> SortKey {
        item.item_no.into()
    }
}
