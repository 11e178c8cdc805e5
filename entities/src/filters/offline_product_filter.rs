//! Products that are not on sale.

use std::sync::Arc;

use live_pack_engine::{Context, Filter, Rejections, Verdict};

use super::{remembered, verdict};
use crate::{folds::Rule, item::BagItem, scene::BagScene};

/// Rejects every status but ACTIVATE.
#[derive(Debug)]
pub struct OfflineProductFilter;

impl Filter<BagScene> for OfflineProductFilter {
    type Input<'a> = ();

    fn remembered(&self, cx: &Context<BagScene>, (): &(), items: &Arc<Vec<BagItem>>) -> Option<Arc<Rejections>> {
        remembered(cx, items, Rule::Offline)
    }

    fn judge(&self, _cx: &Context<BagScene>, (): &(), item: &BagItem) -> Verdict {
        verdict(Rule::Offline, item)
    }
}
