//! The last sort key, which makes the order of a bag total.

use live_pack_engine::{Context, SortKey, Sorter};

use crate::{item::BagItem, scene::BagScene};

/// By the product's id.
#[derive(Debug)]
pub struct ProductIdSorter;

impl Sorter<BagScene> for ProductIdSorter {
    type Input<'a> = ();

    fn key(&self, _cx: &Context<BagScene>, (): &(), item: &BagItem) -> SortKey {
        item.product_id.into()
    }
}
