//! Summaries of the bags of the rooms.

use std::sync::Arc;

use live_pack_dal::{
    Lookup,
    config::StockPolicy,
    experiment::Experiment,
    model::{AgeClass, BagSummary, BagView},
};
use live_pack_engine::{Context, Stage, Task, TaskResult};
use tokio::time::Instant;

use super::ByRoom;
use crate::scene::{Ask as _, RoomScene};

/// One answer per room.
#[derive(Debug)]
pub struct BagSummaries(pub ByRoom<Lookup<Arc<BagSummary>>>);

/// Calls D1 `MGetBagSummary` once for all rooms, with the rules of the bag's filters.
#[derive(Debug)]
pub struct BagSummaryProvider;

impl Task<RoomScene> for BagSummaryProvider {
    type Output = BagSummaries;
    type Input<'a> = ();
    const STAGE: Stage = Stage::Providers;

    async fn run(&self, cx: &Context<RoomScene>, (): ()) -> TaskResult<RoomScene, BagSummaries> {
        let request = cx.request();
        let view = BagView { age_class: age_class(cx).await, hide_sold_out: hides_sold_out(cx) };
        let summaries = request.resident.dal.summaries(&cx.early_call(), view, request.rooms()).await?;
        Ok(BagSummaries(ByRoom::new(request, summaries)?))
    }
}

/// The highest age class for the viewer. As in the bag, a viewer is a minor if the client's claim or the account says so. If
/// the account is not available, only products for all ages count, and the loss is noted.
async fn age_class(cx: &Context<RoomScene>) -> AgeClass {
    let request = cx.request();
    if !request.conf.age_gate.enabled {
        return AgeClass::Adult;
    }
    if request.viewer.claims_minor {
        return AgeClass::General;
    }
    // half of the time, because the rooms are fetched afterwards in any case
    let mut call = cx.early_call();
    let now = Instant::now();
    call.deadline = now + call.deadline.saturating_duration_since(now) / 2;
    match request.resident.dal.viewer_is_minor(&call).await {
        Ok(false) => AgeClass::Adult,
        Ok(true) => AgeClass::General,
        Err(error) => {
            request.call.notes.lose_call(cx.asker(), error);
            AgeClass::General
        }
    }
}

/// Whether sold-out products are left out, as by `StockFilter` in the bag.
fn hides_sold_out(cx: &Context<RoomScene>) -> bool {
    let request = cx.request();
    request.conf.stock_policy == StockPolicy::Hide && request.groups.is_on(Experiment::SoldOutSink)
}
