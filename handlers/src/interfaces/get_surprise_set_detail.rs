//! `GetSurpriseSetDetail`: a surprise set with all its prizes, and the odds.

use std::sync::Arc;

use live_pack_entities::{converters::SurpriseSetDetail, request::Query};
use live_pack_idl::live_pack::{GetSurpriseSetDetailRequest, GetSurpriseSetDetailResponse};

use crate::{
    check::Check,
    interface::{Asked, Interface, WorkTime},
    part::Part,
    plans::Plans,
    turn::Turn,
};

pub(crate) struct GetSurpriseSetDetail;

impl Interface for GetSurpriseSetDetail {
    type Request = GetSurpriseSetDetailRequest;

    fn asked(req: &GetSurpriseSetDetailRequest, check: &mut Check) -> Asked {
        check.that(req.surprise_set_id > 0, "surprise_set_id", "above 0", req.surprise_set_id);
        let query = Query { surprise_set_id: req.surprise_set_id, ..Query::default() };
        Asked { query, ..Asked::room(&req.room, check) }
    }

    fn time(plans: &Plans) -> WorkTime {
        WorkTime::of(&plans.get_surprise_set_detail.set)
    }

    async fn answer(turn: &Arc<Turn>) -> Part<GetSurpriseSetDetailResponse> {
        turn.run(&turn.plans().get_surprise_set_detail.set).await.map(|SurpriseSetDetail(answer)| answer)
    }
}
