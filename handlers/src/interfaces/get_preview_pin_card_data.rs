//! `GetPreviewPinCardData`: the pinned product, before entering.

use std::sync::Arc;

use live_pack_idl::live_pack::{GetPreviewPinCardDataRequest, GetPreviewPinCardDataResponse};

use crate::{
    check::Check,
    interface::{Asked, Interface, WorkTime},
    part::Part,
    plans::Plans,
    turn::Turn,
};

pub(crate) struct GetPreviewPinCardData;

impl Interface for GetPreviewPinCardData {
    type Request = GetPreviewPinCardDataRequest;

    fn asked(req: &GetPreviewPinCardDataRequest, check: &mut Check) -> Asked {
        Asked::room(&req.room, check)
    }

    fn time(plans: &Plans) -> WorkTime {
        WorkTime::of(&plans.get_preview_pin_card_data.pin)
    }

    async fn answer(turn: &Arc<Turn>) -> Part<GetPreviewPinCardDataResponse> {
        let pin = turn.run(&turn.plans().get_preview_pin_card_data.pin).await;
        pin.map(|pinned| GetPreviewPinCardDataResponse { pin: pinned.card, ..GetPreviewPinCardDataResponse::default() })
    }
}
