//! `GetLiveBagCreatorShopInfo`: the entrance to the creator's shop, with some of its products.

use std::sync::Arc;

use live_pack_entities::{converters::ShopInfo, request::Query};
use live_pack_idl::live_pack::{GetLiveBagCreatorShopInfoRequest, GetLiveBagCreatorShopInfoResponse};

use crate::{
    check::Check,
    interface::{Asked, Interface, WorkTime},
    part::Part,
    plans::Plans,
    turn::Turn,
};

/// Maximum number of highlights of a shop.
const MAX_HIGHLIGHTS: i32 = 6;

pub(crate) struct GetLiveBagCreatorShopInfo;

impl Interface for GetLiveBagCreatorShopInfo {
    type Request = GetLiveBagCreatorShopInfoRequest;

    fn asked(req: &GetLiveBagCreatorShopInfoRequest, check: &mut Check) -> Asked {
        let query = Query { highlight_count: highlight_count(req.highlight_count, check), ..Query::default() };
        Asked { query, ..Asked::room(&req.room, check) }
    }

    fn time(plans: &Plans) -> WorkTime {
        WorkTime::of(&plans.get_live_bag_creator_shop_info.shop)
    }

    async fn answer(turn: &Arc<Turn>) -> Part<GetLiveBagCreatorShopInfoResponse> {
        turn.run(&turn.plans().get_live_bag_creator_shop_info.shop).await.map(|ShopInfo(shop)| {
            GetLiveBagCreatorShopInfoResponse {
                creator_shop: Some(shop),
                ..GetLiveBagCreatorShopInfoResponse::default()
            }
        })
    }
}

/// The number of requested highlights.
pub(super) fn highlight_count(count: i32, check: &mut Check) -> i32 {
    check.that((0..=MAX_HIGHLIGHTS).contains(&count), "highlight_count", "0 to 6", count);
    count
}
