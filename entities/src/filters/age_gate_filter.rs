//! Products that are not for minors.

use std::sync::Arc;

use live_pack_engine::{Context, Filter, Maybe, Rejections, Verdict};

use super::{remembered, verdict};
use crate::{folds::Rule, item::BagItem, providers::ProductStatuses, scene::BagScene};

/// Rejects restricted products if the client's claim or the account says that the viewer is a minor.
#[derive(Debug)]
pub struct AgeGateFilter;

impl AgeGateFilter {
    /// Whether the gate is closed for the viewer.
    fn applies(cx: &Context<BagScene>, statuses: Maybe<'_, ProductStatuses>) -> bool {
        let request = cx.request();
        let by_account = statuses.done().is_some_and(|statuses| statuses.0.viewer_is_minor);
        request.conf.age_gate.enabled && (request.viewer.claims_minor || by_account)
    }
}

impl Filter<BagScene> for AgeGateFilter {
    type Input<'a> = Maybe<'a, ProductStatuses>;

    fn remembered(
        &self,
        cx: &Context<BagScene>,
        statuses: &Maybe<'_, ProductStatuses>,
        items: &Arc<Vec<BagItem>>,
    ) -> Option<Arc<Rejections>> {
        if Self::applies(cx, *statuses) { remembered(cx, items, Rule::ForAdults) } else { Some(Arc::default()) }
    }

    fn judge(&self, cx: &Context<BagScene>, statuses: &Maybe<'_, ProductStatuses>, item: &BagItem) -> Verdict {
        if Self::applies(cx, *statuses) { verdict(Rule::ForAdults, item) } else { Verdict::Keep }
    }
}
