//! Products that are not for minors.

use live_pack_engine::{Context, Filter, Maybe, Verdict};

use super::verdict;
use crate::{item::BagItem, providers::ProductStatuses, rules::visibility, scene::BagScene};

/// Rejects restricted products for a minor, by the client's claim or the account.
#[derive(Debug)]
pub struct AgeGateFilter;

impl Filter<BagScene> for AgeGateFilter {
    type Input<'a> = Maybe<'a, ProductStatuses>;

    fn judge(&self, cx: &Context<BagScene>, statuses: &Maybe<'_, ProductStatuses>, item: &BagItem) -> Verdict {
        let request = cx.request();
        let by_account = statuses.done().is_some_and(|statuses| statuses.0.viewer_is_minor);
        let minor = request.viewer.claims_minor || by_account;
        verdict(item.lite.and_then(|lite| visibility::age_gate(lite.age_class, minor, &request.conf.age_gate)))
    }
}
