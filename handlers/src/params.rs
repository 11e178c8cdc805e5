//! The parameters of a request after validation.

use live_pack_entities::request::Query;
use live_pack_idl::live_pack::RoomRef;

use crate::check::Check;

/// The parameters of a request after validation.
#[derive(Debug, Default)]
pub(crate) struct Params {
    /// The room; 0 for a batch of rooms.
    pub(crate) room_id: i64,
    /// The query.
    pub(crate) query: Query,
    /// Bypass the local cache.
    pub(crate) fresh: bool,
}

impl Params {
    /// The parameters of a request with only a room.
    pub(crate) fn room(room: &RoomRef, check: &mut Check) -> Self {
        check.room(room.room_id);
        Self { room_id: room.room_id, ..Self::default() }
    }
}
