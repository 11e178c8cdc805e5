//! `MGetRoomLiteData`: many rooms, for a list.

use std::sync::Arc;

use live_pack_entities::{converters::RoomLites, request::Query};
use live_pack_idl::live_pack::{MGetRoomLiteDataRequest, MGetRoomLiteDataResponse};

use crate::{
    check::Check,
    interface::{Asked, Interface, WorkTime},
    part::Part,
    plans::Plans,
    turn::Turn,
};

/// Maximum number of rooms of one call.
const MAX_ROOMS: usize = 50;

pub(crate) struct MGetRoomLiteData;

impl Interface for MGetRoomLiteData {
    type Request = MGetRoomLiteDataRequest;

    fn asked(req: &MGetRoomLiteDataRequest, check: &mut Check) -> Asked {
        let ids: Vec<i64> = req.rooms.iter().map(|room| room.room_id).collect();
        let rooms = check.ids("rooms", &ids, 1..=MAX_ROOMS);
        Asked { query: Query { rooms, ..Query::default() }, ..Asked::default() }
    }

    fn time(plans: &Plans) -> WorkTime {
        WorkTime::of(&plans.m_get_room_lite_data.rooms)
    }

    async fn answer(turn: &Arc<Turn>) -> Part<MGetRoomLiteDataResponse> {
        turn.run(&turn.plans().m_get_room_lite_data.rooms).await.map(|RoomLites { rooms, missing }| {
            MGetRoomLiteDataResponse { rooms, missing, ..MGetRoomLiteDataResponse::default() }
        })
    }
}
