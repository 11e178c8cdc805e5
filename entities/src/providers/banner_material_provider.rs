//! The banners booked for a room.

use std::sync::Arc;

use live_pack_dal::{config::Feature, model::BannerMaterial};
use live_pack_engine::{Context, NeedRun, Stage, Task, TaskResult};

use crate::{
    questions::BannersOf,
    request::LiveRequest,
    rules::banner,
    scene::{Ask as _, LiveScene},
};

/// The banners of a room, as booked.
#[derive(Debug, Clone)]
pub struct BannerMaterials(pub Arc<Vec<BannerMaterial>>);

/// Calls D6 `GetBanners`, once per request.
#[derive(Debug)]
pub struct BannerMaterialProvider;

impl<S: LiveScene> Task<S> for BannerMaterialProvider {
    type Output = BannerMaterials;
    type Input<'a> = ();
    const STAGE: Stage = Stage::Providers;

    fn need_run(&self, cx: &Context<S>, (): &()) -> NeedRun {
        let request = cx.request();
        if request.conf.banners.top_max == 0 {
            return NeedRun::Skip("no_banners_are_wanted");
        }
        request.need(Feature::Banner)
    }

    async fn run(&self, cx: &Context<S>, (): ()) -> TaskResult<S, BannerMaterials> {
        let request = cx.request();
        Ok(BannerMaterials(request.ask(BannersOf(request.room_id), cx.shared_call()).await?))
    }
}

/// Counts a view of each of these banners that has a cap. For banners in an answer, after it was sent: returns at once
/// and counts in the background.
pub fn count_views(request: &LiveRequest, banner_ids: &[i64]) {
    let Some(Ok(booked)) = request.shared.known(&BannersOf(request.room_id)) else { return };
    let capped = booked.iter().filter(|banner| banner::daily_cap(banner, &request.conf.banners).is_some());
    let seen: Vec<i64> = capped.map(|banner| banner.banner_id).filter(|id| banner_ids.contains(id)).collect();
    request.resident.dal.count_banner_views(&request.call, &seen, request.now_ms);
}
