//! The last sort key, which makes the order of a bag total.

use std::sync::Arc;

use live_pack_engine::{Context, SortKey, Sorter};

use super::remembered;
use crate::{folds::Order, item::BagItem, scene::BagScene};

/// By the product's id.
#[derive(Debug)]
pub struct ProductIdSorter;

impl Sorter<BagScene> for ProductIdSorter {
    type Input<'a> = ();

    fn remembered(&self, cx: &Context<BagScene>, (): &(), items: &Arc<Vec<BagItem>>) -> Option<Arc<Vec<SortKey>>> {
        remembered(cx, items, Order::ProductId)
    }

    fn key(&self, _cx: &Context<BagScene>, (): &(), item: &BagItem) -> SortKey {
        Order::ProductId.key(item)
    }
}
