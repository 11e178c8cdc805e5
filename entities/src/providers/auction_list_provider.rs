//! The auctions of a room.

use std::sync::Arc;

use live_pack_dal::{Call, DownstreamMethod, Error, Lookup, config::Feature, experiment::Experiment, model::Auction};
use live_pack_engine::{Context, NeedRun, Stage, Task, TaskResult};

use crate::{
    questions::AuctionsOf,
    request::LiveRequest,
    rules::visibility::is_app_too_old,
    scene::{Ask as _, LiveScene},
};

/// The auctions of a room, in the order of the auction service.
#[derive(Debug, Clone)]
pub struct AuctionList(pub Arc<Vec<Auction>>);

/// Calls D7 `MGetRoomAuctions`, once per request. Skipped if the experiment, the region or the client excludes auctions.
#[derive(Debug)]
pub struct AuctionListProvider;

impl<S: LiveScene> Task<S> for AuctionListProvider {
    type Output = AuctionList;
    type Input<'a> = ();
    const STAGE: Stage = Stage::Providers;

    fn need_run(&self, cx: &Context<S>, (): &()) -> NeedRun {
        why_no_auctions(cx.request()).map_or(NeedRun::Run, NeedRun::Skip)
    }

    async fn run(&self, cx: &Context<S>, (): ()) -> TaskResult<S, AuctionList> {
        let request = cx.request();
        Ok(AuctionList(room_auctions(request, cx.early_call()).await?))
    }
}

/// The auctions of the request's room: fetched once per request, with the `call` of the first caller.
///
/// # Errors
/// The failure of D7.
pub async fn room_auctions(request: &LiveRequest, call: Call) -> Result<Arc<Vec<Auction>>, Error> {
    match request.ask(AuctionsOf(request.room_id), call).await? {
        Lookup::Found(auctions) => Ok(auctions),
        Lookup::Missing => Ok(Arc::default()),
        Lookup::Failed => Err(Error::key(DownstreamMethod::MGetRoomAuctions)),
    }
}

/// The reason why auctions are excluded for the viewer; `None`: they are not.
#[must_use]
pub fn why_no_auctions(request: &LiveRequest) -> Option<&'static str> {
    let (rules, viewer) = (&request.conf.auction, &request.viewer);
    if request.conf.degrade.is_off(Feature::Auction) {
        Some("switched_off_by_hand")
    } else if !request.groups.is_on(Experiment::AuctionInBag) {
        Some("experiment_auction_in_bag_is_off")
    } else if !(rules.regions.is_empty() || rules.regions.contains(&viewer.region)) {
        Some("no_auctions_in_the_region")
    } else if is_app_too_old(viewer.app_version, rules.min_app_version) {
        Some("app_too_old")
    } else {
        None
    }
}
