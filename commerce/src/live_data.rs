//! D11 live data: rooms, their state, and their statistics.

use live_pack_idl::{
    DownstreamMethod,
    live_data::{LiveDataService, MGetRoomRequest, MGetRoomResponse, MGetRoomStatsRequest, MGetRoomStatsResponse},
};
use volo_thrift::ServerError;

use crate::call::Backend;

impl LiveDataService for Backend {
    async fn m_get_room(&self, req: MGetRoomRequest) -> Result<MGetRoomResponse, ServerError> {
        let call = self.enter(DownstreamMethod::MGetRoom).await?;
        let mut answer = MGetRoomResponse::default();
        if let Some(base_resp) = call.refusal(req.room_ids.len()) {
            answer.base_resp = base_resp;
        } else {
            (answer.rooms, answer.failed) =
                call.look_up(&req.room_ids, |id| Some(self.world.room(id)?.info(call.now_ms)));
        }
        Ok(answer)
    }

    async fn m_get_room_stats(&self, req: MGetRoomStatsRequest) -> Result<MGetRoomStatsResponse, ServerError> {
        let call = self.enter(DownstreamMethod::MGetRoomStats).await?;
        let mut answer = MGetRoomStatsResponse::default();
        if let Some(base_resp) = call.refusal(req.room_ids.len()) {
            answer.base_resp = base_resp;
        } else {
            (answer.rooms, answer.failed) =
                call.look_up(&req.room_ids, |id| Some(self.world.room(id)?.stats(call.now_ms)));
        }
        Ok(answer)
    }
}
