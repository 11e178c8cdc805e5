//! `GetLiveBagPromotionBanner`: the vouchers of a room, and the banner about them.

use std::sync::Arc;

use live_pack_entities::{converters::PromotionBanners, request::Query, scene::VoucherScene};
use live_pack_idl::live_pack::{GetLiveBagPromotionBannerRequest, GetLiveBagPromotionBannerResponse};

use crate::{
    active_call::ActiveCall, check::Check, engines::promotion_banner_engine, interface::Interface, params::Params,
    plans::plans, with_losses::WithLosses,
};

plans! {
    /// The engine of the vouchers of a room.
    PromotionBannerPlans {
        /// The vouchers and their banner.
        vouchers: VoucherScene => PromotionBanners = promotion_banner_engine;
    }
}

/// Maximum number of products for the order of vouchers.
const MAX_PRODUCTS: usize = 50;

pub(crate) struct GetLiveBagPromotionBanner;

impl Interface for GetLiveBagPromotionBanner {
    type Request = GetLiveBagPromotionBannerRequest;
    type Plans = PromotionBannerPlans;

    fn params(req: &GetLiveBagPromotionBannerRequest, check: &mut Check) -> Params {
        let voucher_products = check.ids("product_ids", &req.product_ids, 0..=MAX_PRODUCTS);
        let query = Query { voucher_products, ..Query::default() };
        Params { query, ..Params::room(&req.room, check) }
    }

    async fn answer(
        plans: &PromotionBannerPlans,
        call: &Arc<ActiveCall>,
    ) -> WithLosses<GetLiveBagPromotionBannerResponse> {
        call.run(&plans.vouchers).await.map(|PromotionBanners { banners, vouchers }| {
            GetLiveBagPromotionBannerResponse { banners, vouchers, ..GetLiveBagPromotionBannerResponse::default() }
        })
    }
}
