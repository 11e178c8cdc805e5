//! Whether there are auctions in the rooms.

use std::sync::Arc;

use live_pack_dal::{Lookup, model::Auction};
use live_pack_engine::{Context, NeedRun, Stage, Task, TaskResult};

use super::ByRoom;
use crate::{
    providers::{room_auctions, why_no_auctions},
    scene::{Ask as _, RoomScene},
};

/// One answer for each room.
#[derive(Debug)]
pub struct Auctions(pub ByRoom<Lookup<Arc<Vec<Auction>>>>);

/// Calls D7 `MGetRoomAuctions`. Skipped if the experiment, the region or the client excludes auctions.
#[derive(Debug)]
pub struct AuctionListProvider;

impl Task<RoomScene> for AuctionListProvider {
    type Output = Auctions;
    type Input<'a> = ();
    const STAGE: Stage = Stage::Providers;

    fn need_run(&self, cx: &Context<RoomScene>, (): &()) -> NeedRun {
        why_no_auctions(cx.request()).map_or(NeedRun::Run, NeedRun::Skip)
    }

    async fn run(&self, cx: &Context<RoomScene>, (): ()) -> TaskResult<RoomScene, Auctions> {
        let request = cx.request();
        let auctions = if request.is_batch() {
            request.resident.dal.room_auctions(&cx.early_call(), request.rooms()).await?
        } else {
            vec![Lookup::Found(room_auctions(request, cx.early_call()).await?)]
        };
        Ok(Auctions(ByRoom::new(request, auctions)?))
    }
}
