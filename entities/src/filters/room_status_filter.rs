//! A room that does not sell ends the engine.

use live_pack_engine::{Context, Filter, TaskError, TaskResult};

use crate::{
    providers::{CreatorInfo, RoomInfo},
    rules::room::verdict,
    scene::{LiveScene, Stop},
};

/// Stops with [`Stop::RoomClosed`], [`Stop::RoomBanned`] or [`Stop::EcBanned`].
#[derive(Debug)]
pub struct RoomStatusFilter;

impl<S: LiveScene> Filter<S> for RoomStatusFilter {
    type Input<'a> = (&'a RoomInfo, &'a CreatorInfo);

    fn admit(&self, _cx: &Context<S>, (RoomInfo(room), creator): &(&RoomInfo, &CreatorInfo)) -> TaskResult<S, ()> {
        let state = room.state;
        let verdict = verdict(state, creator.permission());
        Stop::of(verdict, state).map_or(Ok(()), |stop| Err(TaskError::Stop(stop)))
    }
}
