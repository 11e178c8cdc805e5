//! `GetPinCardData`: the pinned card.

use std::sync::Arc;

use live_pack_entities::{converters::PinnedCard, request::Query, scene::BagScene};
use live_pack_idl::live_pack::{GetPinCardDataRequest, GetPinCardDataResponse};

use crate::{
    active_call::ActiveCall, check::Check, engines::pin_card_data_engine, interface::Interface, params::Params,
    plans::plans, with_losses::WithLosses,
};

plans! {
    /// The engine of the pinned card.
    PinPlans {
        /// The pinned card.
        pin: BagScene => PinnedCard = pin_card_data_engine;
    }
}

pub(crate) struct GetPinCardData;

impl Interface for GetPinCardData {
    type Request = GetPinCardDataRequest;
    type Plans = PinPlans;

    /// A product requested by id is not looked up: the answer is always the current pin.
    fn params(req: &GetPinCardDataRequest, check: &mut Check) -> Params {
        check.that(req.product_id >= 0, "product_id", "0 (any) or above", req.product_id).that(
            req.known_version >= 0,
            "known_version",
            "0 (none) or above",
            req.known_version,
        );
        let query = Query { known_pin: req.known_version, ..Query::default() };
        Params { query, ..Params::room(&req.room, check) }
    }

    async fn answer(plans: &PinPlans, call: &Arc<ActiveCall>) -> WithLosses<GetPinCardDataResponse> {
        call.run(&plans.pin).await.map(|PinnedCard { card, unchanged }| GetPinCardDataResponse {
            pin: card,
            unchanged,
            ..GetPinCardDataResponse::default()
        })
    }
}
