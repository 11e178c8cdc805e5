//! Number of likes of the room.

use live_pack_dal::{DownstreamMethod, Error, Lookup};
use live_pack_engine::{Context, Stage, Task, TaskResult};

use crate::scene::{Ask as _, BagScene};

/// Likes since the room went on air; `None`: there are no statistics.
#[derive(Debug)]
pub struct LikeCount(pub Option<i64>);

/// Calls D11 `MGetRoomStats`.
#[derive(Debug)]
pub struct LikeCountLoader;

impl Task<BagScene> for LikeCountLoader {
    type Output = LikeCount;
    type Input<'a> = ();
    const STAGE: Stage = Stage::Loaders;

    async fn run(&self, cx: &Context<BagScene>, (): ()) -> TaskResult<BagScene, LikeCount> {
        let request = cx.request();
        let stats = request.resident.dal.stats(&cx.call(), &[request.room_id]).await?;
        match stats.first() {
            Some(Lookup::Found(stats)) => Ok(LikeCount(Some(stats.like_count))),
            Some(Lookup::Missing) => Ok(LikeCount(None)),
            Some(Lookup::Failed) | None => Err(Error::key(DownstreamMethod::MGetRoomStats).into()),
        }
    }
}
