//! The order in which the host numbered the bag.

use std::sync::Arc;

use live_pack_engine::{Context, SortKey, Sorter};

use super::remembered;
use crate::{folds::Order, item::BagItem, scene::BagScene};

/// By the number in the bag.
#[derive(Debug)]
pub struct HostOrderSorter;

impl Sorter<BagScene> for HostOrderSorter {
    type Input<'a> = ();

    fn remembered(&self, cx: &Context<BagScene>, (): &(), items: &Arc<Vec<BagItem>>) -> Option<Arc<Vec<SortKey>>> {
        remembered(cx, items, Order::ItemNo)
    }

    fn key(&self, _cx: &Context<BagScene>, (): &(), item: &BagItem) -> SortKey {
        Order::ItemNo.key(item)
    }
}
