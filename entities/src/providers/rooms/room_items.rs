//! The list of an engine over rooms.

use live_pack_engine::{Context, Items, Reads, TaskResult};

use super::Rooms;
use crate::{item::RoomItem, scene::RoomScene};

/// The rooms that there are, in the order in which they were asked for.
#[derive(Debug)]
pub struct RoomItems;

impl Items<RoomScene> for RoomItems {
    fn reads(&self) -> Reads {
        Reads::none().need::<Rooms>()
    }

    fn items(&self, cx: &Context<RoomScene>) -> TaskResult<RoomScene, Vec<RoomItem>> {
        let rooms = cx.need::<Rooms>()?.0.iter().enumerate();
        Ok(rooms.filter_map(|(index, room)| Some(RoomItem { index, room: room.found()?.clone() })).collect())
    }
}
