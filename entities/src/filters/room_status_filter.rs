//! A room that does not sell ends the engine.

use live_pack_engine::{Context, Filter, Reads, TaskError, TaskResult};

use crate::{
    providers::{CreatorInfo, RoomInfo},
    rules::room::{RoomVerdict, verdict},
    scene::{LiveScene, Stop},
};

/// Stops with [`Stop::RoomClosed`], [`Stop::RoomBanned`] or [`Stop::EcBanned`].
#[derive(Debug)]
pub struct RoomStatusFilter;

impl<S: LiveScene> Filter<S> for RoomStatusFilter {
    fn reads(&self) -> Reads {
        Reads::none().need::<RoomInfo>().need::<CreatorInfo>()
    }

    fn admit(&self, cx: &Context<S>) -> TaskResult<S, ()> {
        let state = cx.need::<RoomInfo>()?.0.state;
        let stop = match verdict(state, cx.need::<CreatorInfo>()?.permission()) {
            RoomVerdict::Normal => return Ok(()),
            RoomVerdict::Closed => Stop::RoomClosed,
            RoomVerdict::RoomBanned => Stop::RoomBanned,
            RoomVerdict::EcBanned => Stop::EcBanned(state),
        };
        Err(TaskError::Stop(stop))
    }
}
