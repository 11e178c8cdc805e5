//! The auctions on the client's screen, in their current state.

use live_pack_dal::model::Auction;
use live_pack_engine::{Context, NeedRun, Stage, Task, TaskResult};

use crate::{
    providers::{room_auctions, why_no_auctions},
    scene::{Ask as _, LiveScene},
};

/// The auctions on the screen that still exist, in the client's order.
#[derive(Debug)]
pub struct ScreenAuctions(pub Vec<Auction>);

/// Calls D7 `MGetRoomAuctions`. Skipped if no auction is on the screen or auctions are excluded.
#[derive(Debug)]
pub struct AuctionLoader;

impl<S: LiveScene> Task<S> for AuctionLoader {
    type Output = ScreenAuctions;
    type Input<'a> = ();
    const STAGE: Stage = Stage::Loaders;

    fn need_run(&self, cx: &Context<S>, (): &()) -> NeedRun {
        let request = cx.request();
        if request.query.refresh.auction_ids.is_empty() {
            return NeedRun::Skip("no_auction_on_the_screen");
        }
        why_no_auctions(request).map_or(NeedRun::Run, NeedRun::Skip)
    }

    async fn run(&self, cx: &Context<S>, (): ()) -> TaskResult<S, ScreenAuctions> {
        let request = cx.request();
        let all = room_auctions(request, cx.shared_call()).await?;
        let wanted = request.query.refresh.auction_ids.iter();
        let find = |id: &i64| all.iter().find(|auction| auction.auction_id == *id).cloned();
        Ok(ScreenAuctions(wanted.filter_map(find).collect()))
    }
}
