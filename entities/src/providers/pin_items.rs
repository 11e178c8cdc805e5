//! The list of an engine over the pinned product: one item or none.

use live_pack_engine::{Context, ItemProvider, TaskResult};

use super::{PopCard, bag_items::BagInputs};
use crate::{item::BagItem, scene::BagScene};

/// The pinned line of the bag; none if nothing or something else is pinned, or the client already shows it.
#[derive(Debug)]
pub struct PinItems;

impl ItemProvider<BagScene> for PinItems {
    type Input<'a> = BagInputs<'a>;

    fn items(&self, cx: &Context<BagScene>, input: BagInputs<'_>) -> TaskResult<BagScene, Vec<BagItem>> {
        let to_draw = input.marks.pop.done().filter(|pop| !pop.is_known(cx.request()));
        let Some(pinned) = to_draw.and_then(PopCard::product_id) else { return Ok(Vec::new()) };
        let known = input.known(cx.request());
        let line = input.bag.0.entries.iter().enumerate().find(|(_, entry)| entry.product_id == pinned);
        Ok(line.map(|(index, entry)| known.item(index, entry)).into_iter().collect())
    }
}
