//! Whether the viewer may bid.

use live_pack_dal::model::BidderState;
use live_pack_engine::{Context, NeedRun, Reads, Stage, Task, TaskResult};

use crate::scene::{Ask as _, AuctionScene};

/// What the viewer has done to be allowed to bid.
#[derive(Debug)]
pub struct Bidder(pub BidderState);

/// Asks D7 `GetBidderState`. A guest has done nothing.
#[derive(Debug)]
pub struct BidderStateLoader;

impl Task<AuctionScene> for BidderStateLoader {
    type Output = Bidder;
    const STAGE: Stage = Stage::Loaders;

    fn reads(&self) -> Reads {
        Reads::none().page()
    }

    fn need_run(&self, cx: &Context<AuctionScene>) -> NeedRun {
        if cx.request().viewer.is_guest() { NeedRun::Skip("guest") } else { NeedRun::Run }
    }

    async fn run(&self, cx: &Context<AuctionScene>) -> TaskResult<AuctionScene, Bidder> {
        let request = cx.request();
        Ok(Bidder(request.resident.dal.bidder_state(&cx.call(), request.room_id).await?))
    }
}
