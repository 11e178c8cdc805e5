//! What the platform has taken away.

use live_pack_engine::{Context, Filter, Verdict};

use crate::{filters::verdict, item::BagItem, rules::visibility, scene::BagScene};

/// Frozen, taken down by the platform, deleted.
#[derive(Debug)]
pub struct BannedProductFilter;

impl Filter<BagScene> for BannedProductFilter {
    type Input<'a> = ();

    fn judge(&self, _cx: &Context<BagScene>, (): &(), item: &BagItem) -> Verdict {
        verdict(item.lite.and_then(|lite| visibility::banned(lite.status)))
    }
}
