//! What is not for minors.

use live_pack_engine::{Context, Filter, Reads, Rejections};

use crate::{item::BagItem, providers::ProductStatuses, rules::visibility, scene::BagScene};

/// Restricted products for a minor, by the client's word or the account's.
#[derive(Debug)]
pub struct AgeGateFilter;

impl Filter<BagScene> for AgeGateFilter {
    fn reads(&self) -> Reads {
        Reads::none().maybe::<ProductStatuses>()
    }

    fn judge_all(&self, cx: &Context<BagScene>, items: &[BagItem], rejections: &mut Rejections) {
        let request = cx.request();
        let by_account = cx.maybe::<ProductStatuses>().done().is_some_and(|statuses| statuses.0.viewer_is_minor);
        let minor = request.viewer.claims_minor || by_account;
        for (index, item) in items.iter().enumerate() {
            let rejection =
                item.lite.and_then(|lite| visibility::age_gate(lite.age_class, minor, &request.conf.age_gate));
            if let Some(rejection) = rejection {
                rejections.push(index, rejection.code());
            }
        }
    }
}
