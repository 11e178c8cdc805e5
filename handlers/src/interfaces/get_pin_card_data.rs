//! `GetPinCardData`: the pinned card.

use std::sync::Arc;

use live_pack_entities::{converters::PinnedCard, request::Query};
use live_pack_idl::live_pack::{GetPinCardDataRequest, GetPinCardDataResponse};

use crate::{
    check::Check,
    interface::{Asked, Interface, WorkTime},
    part::Part,
    plans::Plans,
    turn::Turn,
};

pub(crate) struct GetPinCardData;

impl Interface for GetPinCardData {
    type Request = GetPinCardDataRequest;

    /// A product requested by its id is not looked up: the answer is always the current pin.
    fn asked(req: &GetPinCardDataRequest, check: &mut Check) -> Asked {
        check.that(req.product_id >= 0, "product_id", "0 (any) or above", req.product_id).that(
            req.known_version >= 0,
            "known_version",
            "0 (none) or above",
            req.known_version,
        );
        let query = Query { known_pin: req.known_version, ..Query::default() };
        Asked { query, ..Asked::room(&req.room, check) }
    }

    fn time(plans: &Plans) -> WorkTime {
        WorkTime::of(&plans.get_pin_card_data.pin)
    }

    async fn answer(turn: &Arc<Turn>) -> Part<GetPinCardDataResponse> {
        turn.run(&turn.plans().get_pin_card_data.pin).await.map(|PinnedCard { card, unchanged }| {
            GetPinCardDataResponse { pin: card, unchanged, ..GetPinCardDataResponse::default() }
        })
    }
}
