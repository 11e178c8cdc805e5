//! The bags of the rooms in numbers.

use std::sync::Arc;

use live_pack_dal::{Lookup, model::BagSummary};
use live_pack_engine::{Context, Stage, Task, TaskResult};

use crate::scene::{Ask as _, RoomScene};

/// One answer a room.
#[derive(Debug)]
pub struct BagSummaries(pub Vec<Lookup<Arc<BagSummary>>>);

/// Asks D1 `MGetBagSummary`.
#[derive(Debug)]
pub struct BagSummaryProvider;

impl Task<RoomScene> for BagSummaryProvider {
    type Output = BagSummaries;
    const STAGE: Stage = Stage::Providers;

    async fn run(&self, cx: &Context<RoomScene>) -> TaskResult<RoomScene, BagSummaries> {
        let request = cx.request();
        Ok(BagSummaries(request.resident.dal.summaries(&cx.call(), request.rooms()).await?))
    }
}
