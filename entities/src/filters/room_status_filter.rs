//! A room that does not sell ends the engine.

use live_pack_engine::{Context, Filter, Reads, TaskError, TaskResult};

use crate::{
    providers::{CreatorInfo, RoomInfo},
    rules::room::verdict,
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
        let verdict = verdict(state, cx.need::<CreatorInfo>()?.permission());
        Stop::of(verdict, state).map_or(Ok(()), |stop| Err(TaskError::Stop(stop)))
    }
}
