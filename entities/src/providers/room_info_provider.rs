//! Which room this is: its state, its creator, its region.

use std::sync::Arc;

use live_pack_dal::{Call, Downstream, Error, Lookup, model::Room};
use live_pack_engine::{Context, Stage, TaskError, TaskResult, typed::Task};

use crate::{
    request::LiveRequest,
    scene::{Ask as _, LiveScene, Stop},
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
        match room(cx.request(), cx.shared_call()).await? {
            Lookup::Found(room) => Ok(RoomInfo(room)),
            Lookup::Missing => Err(TaskError::Stop(Stop::RoomNotFound)),
            Lookup::Failed => Err(Error::key(Downstream::LiveData, "MGetRoom").into()),
        }
    }
}

/// The request's room: fetched once a request, with the `call` of whoever asks first.
///
/// # Errors
/// What D11 failed with.
pub async fn room(request: &LiveRequest, call: Call) -> Result<Lookup<Arc<Room>>, Error> {
    let room_id = request.room_id;
    let fetch = || {
        let resident = Arc::clone(&request.resident);
        async move { resident.dal.room(&call, room_id).await }
    };
    request.shared.once(room_id, fetch).await
}
