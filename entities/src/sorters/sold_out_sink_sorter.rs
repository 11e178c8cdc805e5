//! Products in stock before sold-out ones.

use std::sync::Arc;

use live_pack_dal::experiment::Experiment;
use live_pack_engine::{Context, NeedRun, SortKey, Sorter};

use super::remembered;
use crate::{folds::Order, item::BagItem, scene::BagScene};

/// Moves sold-out products to the end, if the policy says so and the experiment is on.
#[derive(Debug)]
pub struct SoldOutSinkSorter;

impl Sorter<BagScene> for SoldOutSinkSorter {
    type Input<'a> = ();

    fn need_run(&self, cx: &Context<BagScene>, (): &()) -> NeedRun {
        let on = cx.request().groups.is_on(Experiment::SoldOutSink);
        if on { NeedRun::Run } else { NeedRun::Skip("experiment_sold_out_sink_is_off") }
    }

    fn remembered(&self, cx: &Context<BagScene>, (): &(), items: &Arc<Vec<BagItem>>) -> Option<Arc<Vec<SortKey>>> {
        remembered(cx, items, Order::SoldOut(cx.request().conf.stock_policy))
    }

    fn key(&self, cx: &Context<BagScene>, (): &(), item: &BagItem) -> SortKey {
        Order::SoldOut(cx.request().conf.stock_policy).key(item)
    }
}
