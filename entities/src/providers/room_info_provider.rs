//! The room: its state, its creator, its region.

use std::sync::Arc;

use live_pack_dal::{DownstreamMethod, Error, Lookup, model::Room};
use live_pack_engine::{Context, Stage, Task, TaskError, TaskResult};

use crate::{
    questions::RoomOf,
    scene::{Ask as _, LiveScene, Stop},
};

/// The room.
#[derive(Debug, Clone)]
pub struct RoomInfo(pub Arc<Room>);

/// Calls D11 `MGetRoom`, once per request. A room that does not exist ends the engine.
#[derive(Debug)]
pub struct RoomInfoProvider;

impl<S: LiveScene> Task<S> for RoomInfoProvider {
    type Output = RoomInfo;
    type Input<'a> = ();
    const STAGE: Stage = Stage::Providers;

    async fn run(&self, cx: &Context<S>, (): ()) -> TaskResult<S, RoomInfo> {
        let request = cx.request();
        match request.ask(RoomOf(request.room_id), cx.shared_call()).await? {
            Lookup::Found(room) => Ok(RoomInfo(room)),
            Lookup::Missing => Err(TaskError::Stop(Stop::RoomNotFound)),
            Lookup::Failed => Err(Error::key(DownstreamMethod::MGetRoom).into()),
        }
    }
}
