//! The moving numbers of the room.

use std::sync::Arc;

use live_pack_dal::{Downstream, Error, Lookup, model::RoomStats};
use live_pack_engine::{Context, Stage, Task, TaskResult};

use crate::scene::LiveScene;

/// The numbers; `None`: nobody counts this room.
#[derive(Debug, Clone)]
pub struct LiveData(pub Option<Arc<RoomStats>>);

/// Asks D11 `MGetRoomStats`, once a request.
#[derive(Debug)]
pub struct LiveDataLoader;

impl<S: LiveScene> Task<S> for LiveDataLoader {
    type Output = LiveData;
    const STAGE: Stage = Stage::Loaders;

    async fn run(&self, cx: &Context<S>) -> TaskResult<S, LiveData> {
        let request = cx.request();
        let room_id = request.room_id;
        let fetch = || {
            let (resident, call) = (Arc::clone(&request.resident), request.call.clone());
            async move { resident.dal.stats(&call, &[room_id]).await.map(|stats| stats.into_iter().next()) }
        };
        match request.shared.once(room_id, fetch).await? {
            Some(Lookup::Found(stats)) => Ok(LiveData(Some(stats))),
            Some(Lookup::Missing) | None => Ok(LiveData(None)),
            Some(Lookup::Failed) => Err(Error::key(Downstream::LiveData, "MGetRoomStats").into()),
        }
    }
}
