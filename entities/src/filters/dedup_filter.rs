//! Repeated products: the first line of the bag stays.

use std::sync::Arc;

use live_pack_engine::{Context, Filter, Rejections, TaskResult};

use super::remembered;
use crate::{folds::Rule, item::BagItem, scene::BagScene};

/// Rejects every line of a product but the first.
#[derive(Debug)]
pub struct DedupFilter;

impl Filter<BagScene> for DedupFilter {
    type Input<'a> = ();

    fn remembered(&self, cx: &Context<BagScene>, (): &(), items: &Arc<Vec<BagItem>>) -> Option<Arc<Rejections>> {
        remembered(cx, items, Rule::Duplicate)
    }

    async fn judge_all(&self, _cx: &Context<BagScene>, (): (), items: &[BagItem]) -> TaskResult<BagScene, Rejections> {
        Ok(Rule::Duplicate.rejections(items))
    }
}
