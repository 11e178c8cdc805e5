//! `GetLiveBagTopBanner`: the banners above the bag.

use std::sync::Arc;

use live_pack_entities::{converters::TopBanners, providers::count_views, scene::BannerScene};
use live_pack_idl::live_pack::{Banner, GetLiveBagTopBannerRequest, GetLiveBagTopBannerResponse};

use crate::{
    active_call::ActiveCall, check::Check, engines::top_banner_engine, interface::Interface, params::Params,
    plans::plans, with_losses::WithLosses,
};

plans! {
    /// The engine of the banners above the bag.
    TopBannerPlans {
        /// The banners.
        banners: BannerScene => TopBanners = top_banner_engine;
    }
}

pub(crate) struct GetLiveBagTopBanner;

impl Interface for GetLiveBagTopBanner {
    type Request = GetLiveBagTopBannerRequest;
    type Plans = TopBannerPlans;

    fn params(req: &GetLiveBagTopBannerRequest, check: &mut Check) -> Params {
        Params::room(&req.room, check)
    }

    async fn answer(plans: &TopBannerPlans, call: &Arc<ActiveCall>) -> WithLosses<GetLiveBagTopBannerResponse> {
        call.run(&plans.banners).await.map(|TopBanners(banners)| GetLiveBagTopBannerResponse {
            banners,
            ..GetLiveBagTopBannerResponse::default()
        })
    }

    fn answered(call: &ActiveCall, response: &GetLiveBagTopBannerResponse) {
        top_banners_answered(call, &response.banners);
    }
}

/// Counts these banners as shown to the viewer. Called from [`Interface::answered`] of every interface that returns them.
pub(super) fn top_banners_answered(call: &ActiveCall, banners: &[Banner]) {
    let ids: Vec<i64> = banners.iter().map(|banner| banner.banner_id).collect();
    count_views(&call.request, &ids);
}
