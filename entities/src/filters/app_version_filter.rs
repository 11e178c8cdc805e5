//! Products that need a newer client.

use std::sync::Arc;

use live_pack_engine::{Context, Filter, Rejections, Verdict};

use super::{remembered, verdict};
use crate::{folds::Rule, item::BagItem, scene::BagScene};

/// Rejects products that need a newer client.
#[derive(Debug)]
pub struct AppVersionFilter;

impl Filter<BagScene> for AppVersionFilter {
    type Input<'a> = ();

    fn remembered(&self, cx: &Context<BagScene>, (): &(), items: &Arc<Vec<BagItem>>) -> Option<Arc<Rejections>> {
        remembered(cx, items, Rule::AppVersion(cx.request().viewer.app_version))
    }

    fn judge(&self, cx: &Context<BagScene>, (): &(), item: &BagItem) -> Verdict {
        verdict(Rule::AppVersion(cx.request().viewer.app_version), item)
    }
}
