//! Live rooms.

use pilota::FastStr;

use super::Region;

/// The state of a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum RoomState {
    /// A state this version does not know.
    #[default]
    Unknown,
    /// Announced, not on air yet.
    Prepare,
    /// On air.
    Live,
    /// On air, interrupted.
    Pause,
    /// Over.
    Finish,
    /// Taken off the air.
    Banned,
}

/// A live room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Room {
    /// Its id.
    pub room_id: i64,
    /// User id of the creator on air.
    pub anchor_id: i64,
    /// Its state.
    pub state: RoomState,
    /// Its sale region; decides the currency. `None`: the service named no valid region.
    pub region: Option<Region>,
    /// Its title.
    pub title: FastStr,
    /// When it went on air.
    pub started_ms: i64,
}

/// The moving numbers of a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RoomStats {
    /// Viewers now.
    pub viewer_count: i64,
    /// Units sold since it went on air.
    pub sold_in_live: i64,
    /// Likes since it went on air.
    pub like_count: i64,
}
