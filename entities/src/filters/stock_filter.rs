//! What is sold out, where that is left out.

use live_pack_dal::experiment::Experiment;
use live_pack_engine::{Context, Filter, Verdict};

use crate::{
    filters::verdict,
    item::BagItem,
    rules::{
        stock::{PlaceFacts, StockPlace, place},
        visibility::Rejection,
    },
    scene::BagScene,
};

/// Sold-out products, where the policy is to hide them; never the pinned one.
#[derive(Debug)]
pub struct StockFilter;

impl Filter<BagScene> for StockFilter {
    fn judge(&self, cx: &Context<BagScene>, item: &BagItem) -> Verdict {
        let request = cx.request();
        let facts = PlaceFacts {
            sold_out: item.is_sold_out(),
            pinned: item.is_pinned,
            policy: request.conf.stock_policy,
            sold_out_sink: request.groups.is_on(Experiment::SoldOutSink),
        };
        verdict((place(facts) == StockPlace::Hide).then_some(Rejection::SoldOut))
    }
}
