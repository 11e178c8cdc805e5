//! Which rooms these are.

use std::sync::Arc;

use live_pack_dal::{Downstream, Error, Lookup, model::Room};
use live_pack_engine::{Context, Stage, Strength, Task, TaskError, TaskResult};

use crate::{
    providers::room,
    scene::{Ask as _, RoomScene, Stop},
};

/// One answer a room.
#[derive(Debug)]
pub struct Rooms(pub Vec<Lookup<Arc<Room>>>);

/// Asks D11 `MGetRoom`. Where one room is asked for, it must be there; of several, each may be missing.
#[derive(Debug)]
pub struct RoomInfoProvider;

impl Task<RoomScene> for RoomInfoProvider {
    type Output = Rooms;
    const STAGE: Stage = Stage::Providers;

    fn strength(&self, _cx: &Context<RoomScene>) -> Strength {
        Strength::Strong
    }

    async fn run(&self, cx: &Context<RoomScene>) -> TaskResult<RoomScene, Rooms> {
        let request = cx.request();
        if !request.is_batch() {
            return match room(request, cx.shared_call()).await? {
                Lookup::Missing => Err(TaskError::Stop(Stop::RoomNotFound)),
                Lookup::Failed => Err(Error::key(Downstream::LiveData, "MGetRoom").into()),
                found => Ok(Rooms(vec![found])),
            };
        }
        Ok(Rooms(request.resident.dal.rooms(&cx.call(), request.rooms()).await?))
    }
}
