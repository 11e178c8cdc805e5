//! Products that were listed a moment ago.

use live_pack_engine::{Context, Filter, Verdict};

use crate::{item::BagItem, scene::BagScene};

/// The time for sellers to correct what they have listed.
const GRACE_MS: i64 = 10 * 60 * 1_000;

/// Rejects products whose first sale began less than ten minutes ago.
#[derive(Debug)]
pub struct NewProductFilter;

impl Filter<BagScene> for NewProductFilter {
    type Input<'a> = ();

    fn judge(&self, cx: &Context<BagScene>, (): &(), item: &BagItem) -> Verdict {
        let is_new = item.lite.is_some_and(|lite| cx.request().now_ms - lite.listed_ms < GRACE_MS);
        if is_new { Verdict::Reject("just_listed") } else { Verdict::Keep }
    }
}
