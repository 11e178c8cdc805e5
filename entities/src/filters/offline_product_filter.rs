//! Products that are not on sale.

use live_pack_engine::{Context, Filter, Verdict};

use crate::{filters::verdict, item::BagItem, rules::visibility, scene::BagScene};

/// Rejects every status but ACTIVATE.
#[derive(Debug)]
pub struct OfflineProductFilter;

impl Filter<BagScene> for OfflineProductFilter {
    type Input<'a> = ();

    fn judge(&self, _cx: &Context<BagScene>, (): &(), item: &BagItem) -> Verdict {
        verdict(item.lite.and_then(|lite| visibility::offline(lite.status)))
    }
}
