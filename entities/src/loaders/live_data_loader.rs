//! The statistics of the room.

use std::sync::Arc;

use live_pack_dal::{DownstreamMethod, Error, Lookup, model::RoomStats};
use live_pack_engine::{Context, Stage, Task, TaskResult};

use crate::{
    questions::StatsOf,
    scene::{Ask as _, LiveScene},
};

/// The statistics; `None`: there are none for this room.
#[derive(Debug, Clone)]
pub struct LiveData(pub Option<Arc<RoomStats>>);

/// Calls D11 `MGetRoomStats`, once per request.
#[derive(Debug)]
pub struct LiveDataLoader;

impl<S: LiveScene> Task<S> for LiveDataLoader {
    type Output = LiveData;
    type Input<'a> = ();
    const STAGE: Stage = Stage::Loaders;

    async fn run(&self, cx: &Context<S>, (): ()) -> TaskResult<S, LiveData> {
        let request = cx.request();
        match request.ask(StatsOf(request.room_id), cx.shared_call()).await? {
            Lookup::Found(stats) => Ok(LiveData(Some(stats))),
            Lookup::Missing => Ok(LiveData(None)),
            Lookup::Failed => Err(Error::key(DownstreamMethod::MGetRoomStats).into()),
        }
    }
}
