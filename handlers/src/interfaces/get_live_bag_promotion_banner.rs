//! `GetLiveBagPromotionBanner`: the vouchers of a room, and the banner about them.

use std::sync::Arc;

use live_pack_entities::{converters::PromotionBanners, request::Query};
use live_pack_idl::live_pack::{GetLiveBagPromotionBannerRequest, GetLiveBagPromotionBannerResponse};

use crate::{
    check::Check,
    interface::{Asked, Interface, WorkTime},
    part::Part,
    plans::Plans,
    turn::Turn,
};

/// Maximum number of products for the order of vouchers.
const MAX_PRODUCTS: usize = 50;

pub(crate) struct GetLiveBagPromotionBanner;

impl Interface for GetLiveBagPromotionBanner {
    type Request = GetLiveBagPromotionBannerRequest;

    fn asked(req: &GetLiveBagPromotionBannerRequest, check: &mut Check) -> Asked {
        let voucher_products = check.ids("product_ids", &req.product_ids, 0..=MAX_PRODUCTS);
        let query = Query { voucher_products, ..Query::default() };
        Asked { query, ..Asked::room(&req.room, check) }
    }

    fn time(plans: &Plans) -> WorkTime {
        WorkTime::of(&plans.get_live_bag_promotion_banner.vouchers)
    }

    async fn answer(turn: &Arc<Turn>) -> Part<GetLiveBagPromotionBannerResponse> {
        turn.run(&turn.plans().get_live_bag_promotion_banner.vouchers).await.map(
            |PromotionBanners { banners, vouchers }| GetLiveBagPromotionBannerResponse {
                banners,
                vouchers,
                ..GetLiveBagPromotionBannerResponse::default()
            },
        )
    }
}
