//! The pinned product, then the host's top products.

use std::sync::Arc;

use live_pack_engine::{Context, SortKey, Sorter};

use super::remembered;
use crate::{folds::Order, item::BagItem, scene::BagScene};

/// Pinned first, then the host's top products in their order.
#[derive(Debug)]
pub struct TopProductsSorter;

impl Sorter<BagScene> for TopProductsSorter {
    type Input<'a> = ();

    fn remembered(&self, cx: &Context<BagScene>, (): &(), items: &Arc<Vec<BagItem>>) -> Option<Arc<Vec<SortKey>>> {
        remembered(cx, items, Order::Top)
    }

    fn key(&self, _cx: &Context<BagScene>, (): &(), item: &BagItem) -> SortKey {
        Order::Top.key(item)
    }
}
