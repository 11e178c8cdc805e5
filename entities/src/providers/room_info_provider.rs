//! Which room this is: its state, its creator, its region.

use std::sync::Arc;

use live_pack_dal::{Downstream, Error, Lookup, model::Room};
use live_pack_engine::{Context, Stage, TaskError, TaskResult, typed::Task};

use crate::{
    request::LiveRequest,
    scene::{LiveScene, Stop},
};

/// The room.
#[derive(Debug, Clone)]
pub struct RoomInfo(pub Arc<Room>);

/// Asks D11 `MGetRoom`, once a request. A room that does not exist ends the engine.
#[derive(Debug)]
pub struct RoomInfoProvider;

impl<S: LiveScene> Task<S> for RoomInfoProvider {
    type Output = RoomInfo;
    type Input<'a> = ();
    const STAGE: Stage = Stage::Providers;

    async fn run(&self, cx: &Context<S>, (): ()) -> TaskResult<S, RoomInfo> {
        match room(cx.request()).await? {
            Lookup::Found(room) => Ok(RoomInfo(room)),
            Lookup::Missing => Err(TaskError::Stop(Stop::RoomNotFound)),
            Lookup::Failed => Err(Error::key(Downstream::LiveData, "MGetRoom").into()),
        }
    }
}

/// The request's room: fetched once a request.
///
/// # Errors
/// What D11 failed with.
pub async fn room(request: &LiveRequest) -> Result<Lookup<Arc<Room>>, Error> {
    let room_id = request.room_id;
    let fetch = || {
        let (resident, call) = (Arc::clone(&request.resident), request.call.clone());
        async move { resident.dal.room(&call, room_id).await }
    };
    request.shared.once(room_id, fetch).await
}
