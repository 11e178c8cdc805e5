//! Banners that are not for this viewer at this time.

use live_pack_dal::model::BannerMaterial;
use live_pack_engine::{Context, Filter, Rejections, TaskResult};

use crate::{
    rules::banner::{BannerRejection, daily_cap, rejection},
    scene::{Ask as _, BannerScene},
};

/// Rejects by time, region, client, and the viewer's impressions of a banner today. Calls Redis only for banners that
/// have a cap and pass all other checks; if Redis is unavailable they stay, and the loss is noted.
#[derive(Debug)]
pub struct BannerFilter;

impl Filter<BannerScene> for BannerFilter {
    type Input<'a> = ();
    const WAITS: bool = true;

    async fn judge_all(
        &self,
        cx: &Context<BannerScene>,
        (): (),
        items: &[BannerMaterial],
    ) -> TaskResult<BannerScene, Rejections> {
        let request = cx.request();
        let mut rejections = Rejections::default();
        let mut capped = Vec::new();
        for (index, banner) in items.iter().enumerate() {
            if let Some(reason) = rejection(banner, &request.viewer, request.now_ms) {
                rejections.push(index, reason.code());
            } else if let Some(cap) = daily_cap(banner, &request.conf.banners) {
                capped.push((index, banner.banner_id, cap));
            }
        }
        let ids: Vec<i64> = capped.iter().map(|(_, id, _)| *id).collect();
        match request.resident.dal.banner_views(&cx.call(), &ids, request.now_ms).await {
            Ok(views) => {
                let seen = capped.iter().zip(views).filter(|((_, _, cap), views)| views >= cap);
                seen.for_each(|((index, ..), _)| rejections.push(*index, BannerRejection::Capped.code()));
            }
            Err(error) => request.call.notes.lose_redis(error),
        }
        Ok(rejections)
    }
}
