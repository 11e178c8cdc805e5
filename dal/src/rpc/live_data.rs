//! D11, live data: rooms, their state, and their statistics.

use std::sync::Arc;

use live_pack_idl::live_data as wire;

use super::{
    Wiring,
    answer::by_key,
    convert::{Malformed, count},
    method::{Method, base, distinct},
    routes::Routes,
};
use crate::{
    Call, Downstream, DownstreamMethod, Error, Lookup,
    model::{Room, RoomState, RoomStats},
};

by_key!(wire::MGetRoomResponse, wire::MGetRoomStatsResponse);

/// The client of D11.
#[derive(Debug)]
pub struct LiveDataClient {
    routes: Arc<Routes<wire::LiveDataServiceClient>>,
    rooms: Method,
    stats: Method,
}

impl LiveDataClient {
    pub(super) fn new(wiring: &Wiring<'_>) -> Self {
        Self {
            routes: wiring.routes(Downstream::LiveData, |to| {
                to.tuned(wire::LiveDataServiceClientBuilder::new(Downstream::LiveData.name())).build()
            }),
            rooms: wiring.method(DownstreamMethod::MGetRoom),
            stats: wiring.method(DownstreamMethod::MGetRoomStats),
        }
    }

    /// Rooms, aligned with `ids`. A state this version does not know is [`RoomState::Unknown`].
    ///
    /// # Errors
    ///
    /// The call failed as a whole; a key that failed alone is [`Lookup::Failed`].
    pub async fn rooms(&self, call: &Call, ids: &[i64]) -> Result<Vec<Lookup<Arc<Room>>>, Error> {
        let request = || wire::MGetRoomRequest { room_ids: distinct(ids), base: base(call) };
        let answer = self
            .rooms
            .run(call, ids, &self.routes, request, |to, request| async move { to.m_get_room(request).await })
            .await?;
        Ok(self.rooms.align(call, ids, answer.rooms, &answer.failed, |id, wire| {
            Ok::<_, Malformed>(Some(Arc::new(room(id, wire))))
        }))
    }

    /// The statistics of rooms, aligned with `ids`.
    ///
    /// # Errors
    ///
    /// The call failed as a whole; a key that failed alone is [`Lookup::Failed`].
    pub async fn stats(&self, call: &Call, ids: &[i64]) -> Result<Vec<Lookup<Arc<RoomStats>>>, Error> {
        let request = || wire::MGetRoomStatsRequest { room_ids: distinct(ids), base: base(call) };
        let answer = self
            .stats
            .run(call, ids, &self.routes, request, |to, request| async move { to.m_get_room_stats(request).await })
            .await?;
        Ok(self.stats.align(call, ids, answer.rooms, &answer.failed, |_, wire| {
            Ok::<_, Malformed>(Some(Arc::new(RoomStats {
                viewer_count: count(wire.viewer_count),
                sold_in_live: count(wire.sold_in_live),
                like_count: count(wire.like_count),
            })))
        }))
    }
}

fn room(id: i64, wire: wire::Room) -> Room {
    Room {
        room_id: id,
        anchor_id: wire.anchor_id,
        state: state(wire.state),
        region: wire.region.parse().ok(),
        title: wire.title,
        started_ms: wire.started_ms,
    }
}

const fn state(wire: wire::RoomState) -> RoomState {
    match wire {
        wire::RoomState::PREPARE => RoomState::Prepare,
        wire::RoomState::LIVE => RoomState::Live,
        wire::RoomState::PAUSE => RoomState::Pause,
        wire::RoomState::FINISH => RoomState::Finish,
        wire::RoomState::BANNED => RoomState::Banned,
        _ => RoomState::Unknown,
    }
}
