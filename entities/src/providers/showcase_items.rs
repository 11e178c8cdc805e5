//! The list of an engine over the products of a creator's profile.

use live_pack_engine::{Context, Inputs, ItemProvider, Maybe, TaskResult};

use super::{
    ProductList, ProductStatuses,
    bag_items::{LineFacts, Marks},
};
use crate::{item::BagItem, scene::BagScene};

/// The first products of the profile with a known status, in the creator's order.
#[derive(Debug)]
pub struct ShowcaseItems;

/// Inputs of [`ShowcaseItems`].
#[derive(Debug, Inputs)]
pub struct ShowcaseInputs<'a> {
    showcase: Maybe<'a, ProductList>,
    statuses: Maybe<'a, ProductStatuses>,
    marks: Marks<'a>,
}

impl ItemProvider<BagScene> for ShowcaseItems {
    type Input<'a> = ShowcaseInputs<'a>;

    fn items(&self, cx: &Context<BagScene>, input: ShowcaseInputs<'_>) -> TaskResult<BagScene, Vec<BagItem>> {
        let Some(ProductList(showcase)) = input.showcase.done() else { return Ok(Vec::new()) };
        let known = LineFacts::of(cx.request(), input.statuses.done(), input.marks);
        let items = showcase.entries.iter().enumerate().map(|(index, entry)| known.item(index, entry));
        Ok(items.filter(|item| item.lite.is_some()).collect())
    }
}
