//! Products in stock before sold-out ones.

use live_pack_dal::experiment::Experiment;
use live_pack_engine::{Context, NeedRun, SortKey, Sorter};

use crate::{
    item::BagItem,
    rules::{
        order::stock_key,
        stock::{PlaceFacts, place},
    },
    scene::BagScene,
};

/// Sold-out products go to the end, if the policy says so and the experiment is on.
#[derive(Debug)]
pub struct SoldOutSinkSorter;

impl Sorter<BagScene> for SoldOutSinkSorter {
    type Input<'a> = ();

    fn need_run(&self, cx: &Context<BagScene>, (): &()) -> NeedRun {
        let on = cx.request().groups.is_on(Experiment::SoldOutSink);
        if on { NeedRun::Run } else { NeedRun::Skip("experiment_sold_out_sink_is_off") }
    }

    fn key(&self, cx: &Context<BagScene>, (): &(), item: &BagItem) -> SortKey {
        let facts = PlaceFacts {
            sold_out: item.is_sold_out(),
            pinned: item.is_pinned,
            policy: cx.request().conf.stock_policy,
            sold_out_sink: true,
        };
        stock_key(place(facts)).into()
    }
}
