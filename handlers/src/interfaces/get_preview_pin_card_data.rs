//! `GetPreviewPinCardData`: the pinned product, before entering.

use std::sync::Arc;

use live_pack_entities::{converters::PinnedCard, scene::BagScene};
use live_pack_idl::live_pack::{GetPreviewPinCardDataRequest, GetPreviewPinCardDataResponse};

use crate::{
    active_call::ActiveCall, check::Check, engines::preview_pin_card_data_engine, interface::Interface, params::Params,
    plans::plans, with_losses::WithLosses,
};

plans! {
    /// The engine of the pinned product before entering.
    PreviewPinPlans {
        /// The pinned product.
        pin: BagScene => PinnedCard = preview_pin_card_data_engine;
    }
}

pub(crate) struct GetPreviewPinCardData;

impl Interface for GetPreviewPinCardData {
    type Request = GetPreviewPinCardDataRequest;
    type Plans = PreviewPinPlans;

    fn params(req: &GetPreviewPinCardDataRequest, check: &mut Check) -> Params {
        Params::room(&req.room, check)
    }

    async fn answer(plans: &PreviewPinPlans, call: &Arc<ActiveCall>) -> WithLosses<GetPreviewPinCardDataResponse> {
        let pin = call.run(&plans.pin).await;
        pin.map(|pinned| GetPreviewPinCardDataResponse { pin: pinned.card, ..GetPreviewPinCardDataResponse::default() })
    }
}
