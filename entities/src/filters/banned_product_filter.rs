//! Products removed by the platform.

use std::sync::Arc;

use live_pack_engine::{Context, Filter, Rejections, Verdict};

use super::{remembered, verdict};
use crate::{folds::Rule, item::BagItem, scene::BagScene};

/// Rejects products that are frozen, taken down by the platform, or deleted.
#[derive(Debug)]
pub struct BannedProductFilter;

impl Filter<BagScene> for BannedProductFilter {
    type Input<'a> = ();

    fn remembered(&self, cx: &Context<BagScene>, (): &(), items: &Arc<Vec<BagItem>>) -> Option<Arc<Rejections>> {
        remembered(cx, items, Rule::Banned)
    }

    fn judge(&self, _cx: &Context<BagScene>, (): &(), item: &BagItem) -> Verdict {
        verdict(Rule::Banned, item)
    }
}
