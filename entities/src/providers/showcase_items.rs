//! The list of an engine over the products of a creator's profile.

use live_pack_engine::{Context, Items, Reads, TaskResult};

use super::{FlashWindows, PopCard, ProductList, ProductStatuses, bag_items::Known};
use crate::{item::BagItem, scene::BagScene};

/// The first products of the profile, in the creator's order: those whose status is known.
#[derive(Debug)]
pub struct ShowcaseItems;

impl Items<BagScene> for ShowcaseItems {
    fn reads(&self) -> Reads {
        Reads::none()
            .maybe::<ProductList>()
            .maybe::<ProductStatuses>()
            .if_written::<FlashWindows>()
            .if_written::<PopCard>()
    }

    fn items(&self, cx: &Context<BagScene>) -> TaskResult<BagScene, Vec<BagItem>> {
        let Some(ProductList(showcase)) = cx.maybe::<ProductList>().done() else { return Ok(Vec::new()) };
        let known = Known::of(cx);
        let items = showcase.entries.iter().enumerate().map(|(index, entry)| known.item(index, entry));
        Ok(items.filter(|item| item.lite.is_some()).collect())
    }
}
