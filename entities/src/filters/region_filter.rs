//! Products that are not sold in the viewer's region.

use std::sync::Arc;

use live_pack_engine::{Context, Filter, Rejections, Verdict};

use super::{remembered, verdict};
use crate::{folds::Rule, item::BagItem, scene::BagScene};

/// Rejects products that are not sold in the viewer's region.
#[derive(Debug)]
pub struct RegionFilter;

impl Filter<BagScene> for RegionFilter {
    type Input<'a> = ();

    fn remembered(&self, cx: &Context<BagScene>, (): &(), items: &Arc<Vec<BagItem>>) -> Option<Arc<Rejections>> {
        remembered(cx, items, Rule::Region)
    }

    fn judge(&self, _cx: &Context<BagScene>, (): &(), item: &BagItem) -> Verdict {
        verdict(Rule::Region, item)
    }
}
