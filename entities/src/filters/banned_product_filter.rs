//! Products removed by the platform.

use live_pack_engine::{Context, Filter, Verdict};

use crate::{filters::verdict, item::BagItem, rules::visibility, scene::BagScene};

/// Rejects products that are frozen, taken down by the platform, or deleted.
#[derive(Debug)]
pub struct BannedProductFilter;

impl Filter<BagScene> for BannedProductFilter {
    type Input<'a> = ();

    fn judge(&self, _cx: &Context<BagScene>, (): &(), item: &BagItem) -> Verdict {
        verdict(item.lite.and_then(|lite| visibility::banned(lite.status)))
    }
}
