//! The list of an engine over the bag.

use live_pack_dal::{
    Lookup,
    model::{BagEntry, FlashWindow, ProductLite},
};
use live_pack_engine::{Context, IfWritten, Inputs, ItemProvider, TaskResult};

use super::{FlashWindows, PopCard, ProductList, ProductStatuses};
use crate::{
    item::{BagItem, Lite},
    request::LiveRequest,
    rules::flash_sale::{self, CurrentSale},
    scene::BagScene,
};

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
    /// Facts of each line of the bag.
    pub(super) fn known(&self, request: &'a LiveRequest) -> Known<'a> {
        Known::of(request, Some(self.statuses), self.marks)
    }
}

impl ItemProvider<BagScene> for BagItems {
    type Input<'a> = BagInputs<'a>;

    fn items(&self, cx: &Context<BagScene>, input: BagInputs<'_>) -> TaskResult<BagScene, Vec<BagItem>> {
        let known = input.known(cx.request());
        Ok(input.bag.0.entries.iter().enumerate().map(|(index, entry)| known.item(index, entry)).collect())
    }
}

/// Facts of each line of the bag, aligned with its entries.
pub(super) struct Known<'a> {
    request: &'a LiveRequest,
    statuses: &'a [Lookup<ProductLite>],
    windows: &'a [Lookup<Vec<FlashWindow>>],
    pinned: Option<i64>,
}

impl<'a> Known<'a> {
    /// The facts; `statuses` is `None` if a list can do without them and they are not available.
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
        BagItem {
            product_id: entry.product_id,
            item_no: entry.item_no,
            top_rank: entry.top_rank,
            is_pinned: self.pinned == Some(entry.product_id),
            lite: self.statuses.get(index).and_then(Lookup::found).map(|lite| self.lite(lite)),
            sale: self.sale(windows),
        }
    }

    fn sale(&self, windows: &[FlashWindow]) -> Option<CurrentSale> {
        // most products have none
        if windows.is_empty() {
            return None;
        }
        flash_sale::current(windows.iter().copied(), &self.request.conf.flash_sale, self.request.now_ms)
    }

    fn lite(&self, lite: &ProductLite) -> Lite {
        Lite {
            status: lite.status,
            sold_here: lite.sale_regions.contains(&self.request.viewer.region),
            stock: lite.stock,
            age_class: lite.age_class,
            seller_id: lite.seller_id,
            min_app_version: lite.min_app_version,
            flash_sale_only: lite.flash_sale_only,
            listed_ms: lite.listed_ms,
        }
    }
}
