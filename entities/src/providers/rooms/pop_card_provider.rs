//! The pinned cards of the rooms.

use live_pack_dal::{config::Feature, model::Pin};
use live_pack_engine::{Context, NeedRun, Stage, Task, TaskResult};

use super::ByRoom;
use crate::{
    providers::{is_pinned, pin},
    scene::{Ask as _, RoomScene},
};

/// The pin of each room; `None`: nothing is pinned, or it is unknown.
#[derive(Debug)]
pub struct Pins(pub ByRoom<Option<Pin>>);

/// Reads Redis `lp:pin:{room}`, else D1 `MGetPinned`.
#[derive(Debug)]
pub struct PopCardProvider;

impl Task<RoomScene> for PopCardProvider {
    type Output = Pins;
    type Input<'a> = ();
    const STAGE: Stage = Stage::Providers;

    fn need_run(&self, cx: &Context<RoomScene>, (): &()) -> NeedRun {
        cx.request().need(Feature::PinCard)
    }

    async fn run(&self, cx: &Context<RoomScene>, (): ()) -> TaskResult<RoomScene, Pins> {
        let request = cx.request();
        if !request.is_batch() {
            return Ok(Pins(ByRoom::new(request, vec![pin(request, cx.early_call()).await?])?));
        }
        let pins = request.resident.dal.pins(&cx.early_call(), request.rooms()).await?;
        let pinned = |pin: &Pin| is_pinned(pin, request.now_ms);
        let pins = pins.iter().map(|pin| pin.found().map(|pin| **pin).filter(pinned));
        Ok(Pins(ByRoom::new(request, pins.collect())?))
    }
}
