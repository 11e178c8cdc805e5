//! Sold-out products, if they are to be left out.

use std::sync::Arc;

use live_pack_dal::{config::StockPolicy, experiment::Experiment};
use live_pack_engine::{Context, Filter, Rejections, Verdict};

use super::{remembered, verdict};
use crate::{folds::Rule, item::BagItem, scene::BagScene};

/// Rejects sold-out products if the policy is to hide them; never the pinned one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StockFilter {
    /// By `StockPolicyConf` and the experiment.
    AsConfigured,
    /// Hides them from all viewers.
    Hide,
}

impl StockFilter {
    fn rule(self, cx: &Context<BagScene>) -> Rule {
        let request = cx.request();
        let (policy, sold_out_sink) = match self {
            Self::AsConfigured => (request.conf.stock_policy, request.groups.is_on(Experiment::SoldOutSink)),
            Self::Hide => (StockPolicy::Hide, true),
        };
        Rule::Stock { policy, sold_out_sink }
    }
}

impl Filter<BagScene> for StockFilter {
    type Input<'a> = ();

    fn remembered(&self, cx: &Context<BagScene>, (): &(), items: &Arc<Vec<BagItem>>) -> Option<Arc<Rejections>> {
        remembered(cx, items, self.rule(cx))
    }

    fn judge(&self, cx: &Context<BagScene>, (): &(), item: &BagItem) -> Verdict {
        verdict(self.rule(cx), item)
    }
}
