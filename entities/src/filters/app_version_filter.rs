//! Products that need a newer client.

use live_pack_engine::{Context, Filter, Verdict};

use crate::{filters::verdict, item::BagItem, rules::visibility, scene::BagScene};

/// Rejects products that need a newer client.
#[derive(Debug)]
pub struct AppVersionFilter;

impl Filter<BagScene> for AppVersionFilter {
    type Input<'a> = ();

    fn judge(&self, cx: &Context<BagScene>, (): &(), item: &BagItem) -> Verdict {
        verdict(
            item.lite.and_then(|lite| visibility::app_version(cx.request().viewer.app_version, lite.min_app_version)),
        )
    }
}
