//! `GetLiveBagCreatorShopInfo`: the entrance to the creator's shop, with some of its products.

use std::sync::Arc;

use live_pack_entities::{converters::ShopInfo, request::Query, scene::BagScene};
use live_pack_idl::live_pack::{GetLiveBagCreatorShopInfoRequest, GetLiveBagCreatorShopInfoResponse};

use crate::{
    active_call::ActiveCall, check::Check, engines::creator_shop_engine, interface::Interface, params::Params,
    plans::plans, with_losses::WithLosses,
};

plans! {
    /// The engine of the creator's shop.
    CreatorShopPlans {
        /// The shop.
        shop: BagScene => ShopInfo = creator_shop_engine;
    }
}

/// Maximum number of highlights of a shop.
const MAX_HIGHLIGHTS: i32 = 6;

pub(crate) struct GetLiveBagCreatorShopInfo;

impl Interface for GetLiveBagCreatorShopInfo {
    type Request = GetLiveBagCreatorShopInfoRequest;
    type Plans = CreatorShopPlans;

    fn params(req: &GetLiveBagCreatorShopInfoRequest, check: &mut Check) -> Params {
        let query = Query { highlight_count: highlight_count(req.highlight_count, check), ..Query::default() };
        Params { query, ..Params::room(&req.room, check) }
    }

    async fn answer(plans: &CreatorShopPlans, call: &Arc<ActiveCall>) -> WithLosses<GetLiveBagCreatorShopInfoResponse> {
        call.run(&plans.shop).await.map(|ShopInfo(shop)| GetLiveBagCreatorShopInfoResponse {
            creator_shop: Some(shop),
            ..GetLiveBagCreatorShopInfoResponse::default()
        })
    }
}

/// The number of requested highlights.
pub(super) fn highlight_count(count: i32, check: &mut Check) -> i32 {
    check.that((0..=MAX_HIGHLIGHTS).contains(&count), "highlight_count", "0 to 6", count);
    count
}
