//! `MGetRoomLiteData`: many rooms, for a list.

use std::sync::Arc;

use live_pack_entities::{converters::RoomLites, request::Query, scene::RoomScene};
use live_pack_idl::live_pack::{MGetRoomLiteDataRequest, MGetRoomLiteDataResponse};

use crate::{
    active_call::ActiveCall, check::Check, engines::room_lite_engine, interface::Interface, params::Params,
    plans::plans, with_losses::WithLosses,
};

plans! {
    /// The engine of many rooms.
    RoomLitePlans {
        /// The rooms.
        rooms: RoomScene => RoomLites = room_lite_engine;
    }
}

/// Maximum number of rooms of one call.
const MAX_ROOMS: usize = 50;

pub(crate) struct MGetRoomLiteData;

impl Interface for MGetRoomLiteData {
    type Request = MGetRoomLiteDataRequest;
    type Plans = RoomLitePlans;

    fn params(req: &MGetRoomLiteDataRequest, check: &mut Check) -> Params {
        let ids: Vec<i64> = req.rooms.iter().map(|room| room.room_id).collect();
        let rooms = check.ids("rooms", &ids, 1..=MAX_ROOMS);
        Params { query: Query { rooms, ..Query::default() }, ..Params::default() }
    }

    async fn answer(plans: &RoomLitePlans, call: &Arc<ActiveCall>) -> WithLosses<MGetRoomLiteDataResponse> {
        call.run(&plans.rooms).await.map(|RoomLites { rooms, missing }| MGetRoomLiteDataResponse {
            rooms,
            missing,
            ..MGetRoomLiteDataResponse::default()
        })
    }
}
