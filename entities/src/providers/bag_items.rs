//! The list of an engine over the bag.

use live_pack_dal::{
    Lookup,
    model::{BagEntry, FlashWindow, ProductLite},
};
use live_pack_engine::{Context, Items, Reads, TaskResult};

use super::{FlashWindows, PopCard, ProductList, ProductStatuses};
use crate::{
    item::{BagItem, Lite},
    request::LiveRequest,
    rules::flash_sale::{self, CurrentSale},
    scene::BagScene,
};

/// Every line of the bag, with its status, its flash sale and whether it is pinned.
#[derive(Debug)]
pub struct BagItems;

/// What items are made of.
pub(super) fn reads() -> Reads {
    Reads::none().need::<ProductList>().need::<ProductStatuses>().if_written::<FlashWindows>().if_written::<PopCard>()
}

impl Items<BagScene> for BagItems {
    fn reads(&self) -> Reads {
        reads()
    }

    fn items(&self, cx: &Context<BagScene>) -> TaskResult<BagScene, Vec<BagItem>> {
        let known = Known::of(cx);
        let bag = &cx.need::<ProductList>()?.0;
        Ok(bag.entries.iter().enumerate().map(|(index, entry)| known.item(index, entry)).collect())
    }
}

/// What is known of the lines of the bag, looked up once for all of them.
pub(super) struct Known<'a> {
    request: &'a LiveRequest,
    statuses: &'a [Lookup<ProductLite>],
    windows: &'a [Lookup<Vec<FlashWindow>>],
    pinned: Option<i64>,
}

impl<'a> Known<'a> {
    /// A list that can do without the status has it as a datum it may miss.
    pub(super) fn of(cx: &'a Context<BagScene>) -> Self {
        Self {
            request: cx.request(),
            statuses: cx.maybe::<ProductStatuses>().done().map_or(&[], |statuses| &statuses.0.products),
            windows: cx.maybe::<FlashWindows>().done().map_or(&[], |windows| &windows.0),
            pinned: cx.maybe::<PopCard>().done().and_then(PopCard::product_id),
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
