//! Sold-out products, if they are to be left out.

use live_pack_dal::{config::StockPolicy, experiment::Experiment};
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

/// Rejects sold-out products if the policy is to hide them; never the pinned one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StockFilter {
    /// By `StockPolicyConf` and the experiment.
    AsConfigured,
    /// Hides them from all viewers.
    Hide,
}

impl Filter<BagScene> for StockFilter {
    type Input<'a> = ();

    fn judge(&self, cx: &Context<BagScene>, (): &(), item: &BagItem) -> Verdict {
        let request = cx.request();
        let (policy, sold_out_sink) = match self {
            Self::AsConfigured => (request.conf.stock_policy, request.groups.is_on(Experiment::SoldOutSink)),
            Self::Hide => (StockPolicy::Hide, true),
        };
        let facts = PlaceFacts { sold_out: item.is_sold_out(), pinned: item.is_pinned, policy, sold_out_sink };
        verdict((place(facts) == StockPlace::Hide).then_some(Rejection::SoldOut))
    }
}
