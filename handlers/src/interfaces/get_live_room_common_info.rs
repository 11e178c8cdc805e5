//! `GetLiveRoomCommonInfo`: the room, even when it is over or banned, so that the client can draw the end page.

use std::sync::Arc;

use live_pack_idl::live_pack::{GetLiveRoomCommonInfoRequest, GetLiveRoomCommonInfoResponse};

use crate::{
    check::Check,
    interface::{Asked, Interface, WorkTime},
    part::Part,
    plans::Plans,
    turn::Turn,
};

pub(crate) struct GetLiveRoomCommonInfo;

impl Interface for GetLiveRoomCommonInfo {
    type Request = GetLiveRoomCommonInfoRequest;

    fn asked(req: &GetLiveRoomCommonInfoRequest, check: &mut Check) -> Asked {
        Asked::room(&req.room, check)
    }

    fn time(plans: &Plans) -> WorkTime {
        WorkTime::of(&plans.get_live_room_common_info.room)
    }

    async fn answer(turn: &Arc<Turn>) -> Part<GetLiveRoomCommonInfoResponse> {
        turn.run(&turn.plans().get_live_room_common_info.room)
            .await
            .map(|info| GetLiveRoomCommonInfoResponse { room: info.common, ..GetLiveRoomCommonInfoResponse::default() })
    }
}
