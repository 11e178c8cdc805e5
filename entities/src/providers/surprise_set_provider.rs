//! The requested surprise set.

use std::sync::Arc;

use live_pack_dal::{config::Feature, model::SurpriseSet};
use live_pack_engine::{Context, NeedRun, Stage, Task, TaskResult};

use crate::scene::{Ask as _, LiveScene};

/// The set; `None`: the room has no such set. That ends the engine only after the state of the room has been checked.
#[derive(Debug)]
pub struct SurpriseSetInfo(pub Option<Arc<SurpriseSet>>);

/// Calls D7 `GetSurpriseSet`. Skipped if auctions are switched off or not enabled for the region. For a client too old for
/// auctions the button says so, and the experiment affects only the bag.
#[derive(Debug)]
pub struct SurpriseSetProvider;

impl<S: LiveScene> Task<S> for SurpriseSetProvider {
    type Output = SurpriseSetInfo;
    type Input<'a> = ();
    const STAGE: Stage = Stage::Providers;

    fn need_run(&self, cx: &Context<S>, (): &()) -> NeedRun {
        let request = cx.request();
        let regions = &request.conf.auction.regions;
        if !regions.is_empty() && !regions.contains(&request.viewer.region) {
            return NeedRun::Skip("no_auctions_in_the_region");
        }
        request.need(Feature::Auction)
    }

    async fn run(&self, cx: &Context<S>, (): ()) -> TaskResult<S, SurpriseSetInfo> {
        let request = cx.request();
        let (room_id, set_id) = (request.room_id, request.query.surprise_set_id);
        let found = request.resident.dal.surprise_set(&cx.call(), room_id, set_id).await?;
        Ok(SurpriseSetInfo(found.filter(|set| set.room_id == room_id && set.surprise_set_id == set_id)))
    }
}
