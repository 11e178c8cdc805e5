//! Products that are not sold in the viewer's region.

use live_pack_engine::{Context, Filter, Verdict};

use crate::{filters::verdict, item::BagItem, rules::visibility::Rejection, scene::BagScene};

/// Rejects products that are not sold in the viewer's region.
#[derive(Debug)]
pub struct RegionFilter;

impl Filter<BagScene> for RegionFilter {
    type Input<'a> = ();

    fn judge(&self, _cx: &Context<BagScene>, (): &(), item: &BagItem) -> Verdict {
        verdict(item.lite.is_some_and(|lite| !lite.sold_here).then_some(Rejection::Region))
    }
}
