//! `GetSurpriseSetDetail`: a surprise set with all its prizes, and the odds.

use std::sync::Arc;

use live_pack_entities::{converters::SurpriseSetDetail, request::Query, scene::PrizeScene};
use live_pack_idl::live_pack::{GetSurpriseSetDetailRequest, GetSurpriseSetDetailResponse};

use crate::{
    active_call::ActiveCall, check::Check, engines::surprise_set_engine, interface::Interface, params::Params,
    plans::plans, with_losses::WithLosses,
};

plans! {
    /// The engine of a surprise set.
    SurpriseSetPlans {
        /// The set.
        set: PrizeScene => SurpriseSetDetail = surprise_set_engine;
    }
}

pub(crate) struct GetSurpriseSetDetail;

impl Interface for GetSurpriseSetDetail {
    type Request = GetSurpriseSetDetailRequest;
    type Plans = SurpriseSetPlans;

    fn params(req: &GetSurpriseSetDetailRequest, check: &mut Check) -> Params {
        check.that(req.surprise_set_id > 0, "surprise_set_id", "above 0", req.surprise_set_id);
        let query = Query { surprise_set_id: req.surprise_set_id, ..Query::default() };
        Params { query, ..Params::room(&req.room, check) }
    }

    async fn answer(plans: &SurpriseSetPlans, call: &Arc<ActiveCall>) -> WithLosses<GetSurpriseSetDetailResponse> {
        call.run(&plans.set).await.map(|SurpriseSetDetail(answer)| answer)
    }
}
