//! `GetLiveBagTopBanner`: the banners above the bag.

use std::sync::Arc;

use live_pack_entities::{converters::TopBanners, providers::count_views};
use live_pack_idl::live_pack::{Banner, GetLiveBagTopBannerRequest, GetLiveBagTopBannerResponse};

use crate::{
    check::Check,
    interface::{Asked, Interface, WorkTime},
    part::Part,
    plans::Plans,
    turn::Turn,
};

pub(crate) struct GetLiveBagTopBanner;

impl Interface for GetLiveBagTopBanner {
    type Request = GetLiveBagTopBannerRequest;

    fn asked(req: &GetLiveBagTopBannerRequest, check: &mut Check) -> Asked {
        Asked::room(&req.room, check)
    }

    fn time(plans: &Plans) -> WorkTime {
        WorkTime::of(&plans.get_live_bag_top_banner.banners)
    }

    async fn answer(turn: &Arc<Turn>) -> Part<GetLiveBagTopBannerResponse> {
        turn.run(&turn.plans().get_live_bag_top_banner.banners).await.map(|TopBanners(banners)| {
            GetLiveBagTopBannerResponse { banners, ..GetLiveBagTopBannerResponse::default() }
        })
    }

    fn answered(turn: &Turn, response: &GetLiveBagTopBannerResponse) {
        top_banners_answered(turn, &response.banners);
    }
}

/// Counts these banners as shown to the viewer. For [`Interface::answered`] of every interface that returns them.
pub(super) fn top_banners_answered(turn: &Turn, banners: &[Banner]) {
    let ids: Vec<i64> = banners.iter().map(|banner| banner.banner_id).collect();
    count_views(&turn.request, &ids);
}
