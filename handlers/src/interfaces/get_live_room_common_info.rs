//! `GetLiveRoomCommonInfo`: the room, even when it is over or banned, so that the client can draw the end page.

use std::sync::Arc;

use live_pack_entities::{converters::RoomCommonInfo, scene::RoomScene};
use live_pack_idl::live_pack::{GetLiveRoomCommonInfoRequest, GetLiveRoomCommonInfoResponse};

use crate::{
    active_call::ActiveCall, check::Check, engines::room_common_engine, interface::Interface, params::Params,
    plans::plans, with_losses::WithLosses,
};

plans! {
    /// The engine of the room that the viewer is in.
    RoomCommonPlans {
        /// The room.
        room: RoomScene => RoomCommonInfo = room_common_engine;
    }
}

pub(crate) struct GetLiveRoomCommonInfo;

impl Interface for GetLiveRoomCommonInfo {
    type Request = GetLiveRoomCommonInfoRequest;
    type Plans = RoomCommonPlans;

    fn params(req: &GetLiveRoomCommonInfoRequest, check: &mut Check) -> Params {
        Params::room(&req.room, check)
    }

    async fn answer(plans: &RoomCommonPlans, call: &Arc<ActiveCall>) -> WithLosses<GetLiveRoomCommonInfoResponse> {
        call.run(&plans.room)
            .await
            .map(|info| GetLiveRoomCommonInfoResponse { room: info.common, ..GetLiveRoomCommonInfoResponse::default() })
    }
}
