//! The requested rooms.

use std::sync::Arc;

use live_pack_dal::{DownstreamMethod, Error, Lookup, model::Room};
use live_pack_engine::{Context, Stage, Task, TaskError, TaskResult};

use super::ByRoom;
use crate::{
    questions::RoomOf,
    scene::{Ask as _, RoomScene, Stop},
};

/// One answer for each room.
#[derive(Debug)]
pub struct Rooms(pub ByRoom<Lookup<Arc<Room>>>);

/// Calls D11 `MGetRoom`. A single room must exist; in a batch, each room may be missing.
#[derive(Debug)]
pub struct RoomInfoProvider;

impl Task<RoomScene> for RoomInfoProvider {
    type Output = Rooms;
    type Input<'a> = ();
    const STAGE: Stage = Stage::Providers;

    async fn run(&self, cx: &Context<RoomScene>, (): ()) -> TaskResult<RoomScene, Rooms> {
        let request = cx.request();
        if !request.is_batch() {
            return match request.ask(RoomOf(request.room_id), cx.shared_call()).await? {
                Lookup::Missing => Err(TaskError::Stop(Stop::RoomNotFound)),
                Lookup::Failed => Err(Error::key(DownstreamMethod::MGetRoom).into()),
                found => Ok(Rooms(ByRoom::new(request, vec![found])?)),
            };
        }
        Ok(Rooms(ByRoom::new(request, request.resident.dal.rooms(&cx.call(), request.rooms()).await?)?))
    }
}
