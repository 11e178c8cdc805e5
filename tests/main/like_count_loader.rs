//! Number of likes of the room.

use live_pack_dal::Lookup;
use live_pack_engine::{Context, Stage, Task, TaskResult};

use crate::scene::{Ask as _, BagScene};

/// Likes since the room went on air; `None`: unknown.
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
        Ok(LikeCount(stats.first().and_then(Lookup::found).map(|stats| stats.like_count)))
    }
}
