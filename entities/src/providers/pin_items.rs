//! The list of an engine over the pinned product: one item or none.

use live_pack_engine::{Context, Items, Reads, TaskResult};

use super::{
    PopCard, ProductList,
    bag_items::{Known, reads},
};
use crate::{item::BagItem, scene::BagScene};

/// The line of the bag that is pinned; none where something else is, or nothing, or what the client shows already.
#[derive(Debug)]
pub struct PinItems;

impl Items<BagScene> for PinItems {
    fn reads(&self) -> Reads {
        reads()
    }

    fn items(&self, cx: &Context<BagScene>) -> TaskResult<BagScene, Vec<BagItem>> {
        let bag = &cx.need::<ProductList>()?.0;
        let to_draw = cx.maybe::<PopCard>().done().filter(|pop| !pop.is_known(cx.request()));
        let Some(pinned) = to_draw.and_then(PopCard::product_id) else { return Ok(Vec::new()) };
        let known = Known::of(cx);
        let line = bag.entries.iter().enumerate().find(|(_, entry)| entry.product_id == pinned);
        Ok(line.map(|(index, entry)| known.item(index, entry)).into_iter().collect())
    }
}
