//! The moving numbers of the rooms.

use std::sync::Arc;

use live_pack_dal::{Downstream, Error, Lookup, model::RoomStats};
use live_pack_engine::{Context, Reads, Stage, Task, TaskResult};

use crate::scene::{Ask as _, RoomScene};

/// One answer a room of the page.
#[derive(Debug)]
pub struct LiveData(pub Vec<Lookup<Arc<RoomStats>>>);

/// Asks D11 `MGetRoomStats`.
#[derive(Debug)]
pub struct LiveDataLoader;

impl Task<RoomScene> for LiveDataLoader {
    type Output = LiveData;
    const STAGE: Stage = Stage::Loaders;

    fn reads(&self) -> Reads {
        Reads::none().page()
    }

    async fn run(&self, cx: &Context<RoomScene>) -> TaskResult<RoomScene, LiveData> {
        let ids: Vec<i64> = cx.list().page().map(|item| item.room.room_id).collect();
        let stats = cx.request().resident.dal.stats(&cx.call(), &ids).await?;
        if stats.iter().all(Lookup::is_failed) && !stats.is_empty() {
            return Err(Error::key(Downstream::LiveData, "MGetRoomStats").into());
        }
        Ok(LiveData(stats))
    }
}
