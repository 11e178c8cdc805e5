//! The creators on air in the rooms, and their permissions to sell.

use std::sync::Arc;

use live_pack_dal::{Lookup, model::Creator};
use live_pack_engine::{Context, Stage, Task, TaskResult};

use super::{ByRoom, Rooms};
use crate::{
    questions::CreatorOf,
    scene::{Ask as _, RoomScene},
};

/// One answer for each room; missing if the room is missing.
#[derive(Debug)]
pub struct Creators(pub ByRoom<Lookup<Arc<Creator>>>);

/// Calls D10 `MGetCreator`. Registered as strong if the answer is about one room; a batch does not require it.
#[derive(Debug)]
pub struct CreatorProvider;

impl Task<RoomScene> for CreatorProvider {
    type Output = Creators;
    type Input<'a> = &'a Rooms;
    const STAGE: Stage = Stage::Providers;

    async fn run(&self, cx: &Context<RoomScene>, Rooms(rooms): &Rooms) -> TaskResult<RoomScene, Creators> {
        let request = cx.request();
        let anchors: Vec<i64> = rooms.iter().filter_map(|room| Some(room.found()?.anchor_id)).collect();
        let mut found = match anchors[..] {
            [anchor] if !request.is_batch() => vec![request.ask(CreatorOf(anchor), cx.shared_call()).await?],
            _ => request.resident.dal.creators(&cx.early_call(), &anchors).await?,
        }
        .into_iter();
        // the creator of a failed room is unknown
        let of = |room: &Lookup<_>| match room {
            Lookup::Found(_) => found.next().unwrap_or(Lookup::Failed),
            Lookup::Missing => Lookup::Missing,
            Lookup::Failed => Lookup::Failed,
        };
        Ok(Creators(ByRoom::new(request, rooms.iter().map(of).collect())?))
    }
}
