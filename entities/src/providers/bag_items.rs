//! The list of an engine over the bag.

use std::sync::Arc;

use live_pack_dal::{
    Lookup, Same,
    memory::Pure as _,
    model::{BagEntry, FlashWindow, ProductLite},
};
use live_pack_engine::{Context, IfWritten, Inputs, ItemProvider, TaskResult};

use super::{FlashWindows, PopCard, ProductList, ProductStatuses};
use crate::{folds::BagLines, item::BagItem, request::LiveRequest, rules::flash_sale, scene::BagScene};

/// Every line of the bag, with its status, its flash sale and its pinned state.
#[derive(Debug)]
pub struct BagItems;

/// Flash sales and the pin, which mark lines of the bag; without them a line has no mark.
#[derive(Debug, Clone, Copy, Inputs)]
pub struct Marks<'a> {
    windows: IfWritten<'a, FlashWindows>,
    pub(super) pop: IfWritten<'a, PopCard>,
}

/// Inputs of the lines of the bag.
#[derive(Debug, Inputs)]
pub struct BagInputs<'a> {
    pub(super) bag: &'a ProductList,
    statuses: &'a ProductStatuses,
    pub(super) marks: Marks<'a>,
}

impl<'a> BagInputs<'a> {
    /// The inputs of the lines of the bag.
    fn lines(&self, request: &LiveRequest) -> BagLines {
        BagLines {
            bag: Same::of(&self.bag.0),
            statuses: Same::of(&self.statuses.0.products),
            windows: self.marks.windows.done().map(|windows| Same::of(&windows.0)),
            pinned: self.marks.pop.done().and_then(PopCard::product_id),
            region: request.viewer.region,
            conf: Same::of(&request.conf),
        }
    }

    /// Facts of each line of the bag.
    pub(super) fn known(&self, request: &'a LiveRequest) -> LineFacts<'a> {
        LineFacts::of(request, Some(self.statuses), self.marks)
    }
}

impl ItemProvider<BagScene> for BagItems {
    type Input<'a> = BagInputs<'a>;

    fn remembered(&self, cx: &Context<BagScene>, input: &BagInputs<'_>) -> Option<Arc<Vec<BagItem>>> {
        Some(cx.request().remembered(input.lines(cx.request())))
    }

    fn items(&self, cx: &Context<BagScene>, input: BagInputs<'_>) -> TaskResult<BagScene, Vec<BagItem>> {
        Ok(Arc::unwrap_or_clone(input.lines(cx.request()).compute(cx.request().now_ms).value))
    }
}

/// Facts of each line of the bag, aligned with its entries.
pub(super) struct LineFacts<'a> {
    request: &'a LiveRequest,
    statuses: &'a [Lookup<ProductLite>],
    windows: &'a [Lookup<Vec<FlashWindow>>],
    pinned: Option<i64>,
}

impl<'a> LineFacts<'a> {
    /// The facts; `statuses` is `None` if they are not available and the list can do without them.
    pub(super) fn of(request: &'a LiveRequest, statuses: Option<&'a ProductStatuses>, marks: Marks<'a>) -> Self {
        Self {
            request,
            statuses: statuses.map_or(&[], |statuses| &statuses.0.products),
            windows: marks.windows.done().map_or(&[], |windows| &windows.0),
            pinned: marks.pop.done().and_then(PopCard::product_id),
        }
    }

    /// The item of the line at `index` of the bag.
    pub(super) fn item(&self, index: usize, entry: &BagEntry) -> BagItem {
        let windows = self.windows.get(index).and_then(Lookup::found).map_or(&[][..], Vec::as_slice);
        let region = self.request.viewer.region;
        BagItem {
            is_pinned: self.pinned == Some(entry.product_id),
            lite: self.statuses.get(index).and_then(Lookup::found).map(|lite| (lite, region).into()),
            sale: flash_sale::current(windows.iter().copied(), &self.request.conf.flash_sale, self.request.now_ms),
            ..BagItem::of(entry)
        }
    }
}
