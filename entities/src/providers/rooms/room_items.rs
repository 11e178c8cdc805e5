//! The list of an engine over rooms.

use live_pack_engine::{Context, ItemProvider, TaskResult};

use super::Rooms;
use crate::{item::RoomItem, scene::RoomScene};

/// The existing rooms, in the order of the request.
#[derive(Debug)]
pub struct RoomItems;

impl ItemProvider<RoomScene> for RoomItems {
    type Input<'a> = &'a Rooms;

    fn items(&self, _cx: &Context<RoomScene>, Rooms(rooms): &Rooms) -> TaskResult<RoomScene, Vec<RoomItem>> {
        let rooms = rooms.iter().enumerate();
        Ok(rooms.filter_map(|(index, room)| Some(RoomItem { index, room: room.found()?.clone() })).collect())
    }
}
