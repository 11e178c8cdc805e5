//! Flash sales before the rest.

use std::sync::Arc;

use live_pack_dal::experiment::Experiment;
use live_pack_engine::{Context, NeedRun, SortKey, Sorter};

use super::remembered;
use crate::{folds::Order, item::BagItem, scene::BagScene};

/// Running sales by their end, then preheating ones by their start; needs the experiment and the setting.
#[derive(Debug)]
pub struct FlashSaleSorter;

impl Sorter<BagScene> for FlashSaleSorter {
    type Input<'a> = ();

    fn need_run(&self, cx: &Context<BagScene>, (): &()) -> NeedRun {
        let request = cx.request();
        if !request.groups.is_on(Experiment::FlashSaleFirst) {
            NeedRun::Skip("experiment_flash_sale_first_is_off")
        } else if !request.conf.flash_sale.sort_first {
            NeedRun::Skip("sort_first_is_off")
        } else {
            NeedRun::Run
        }
    }

    fn remembered(&self, cx: &Context<BagScene>, (): &(), items: &Arc<Vec<BagItem>>) -> Option<Arc<Vec<SortKey>>> {
        remembered(cx, items, Order::FlashSale)
    }

    fn key(&self, _cx: &Context<BagScene>, (): &(), item: &BagItem) -> SortKey {
        Order::FlashSale.key(item)
    }
}
