//! `GetLiveBagAssemble`: the bag and everything around it in one call; each part is as in its own interface.

use std::sync::Arc;

use live_pack_engine::flow::{Flow, FlowDefinition, Fork, Next};
use live_pack_entities::{
    converters::{RoomCommonInfo, ShopInfo, TopBanners},
    request::Query,
};
use live_pack_idl::live_pack::{GetLiveBagAssembleRequest, GetLiveBagAssembleResponse};

use super::{
    get_live_bag_creator_shop_info::{CreatorShopPlans, highlight_count},
    get_live_bag_data::{BagPlans, bag_query},
    get_live_bag_promotion_banner::PromotionBannerPlans,
    get_live_bag_top_banner::{TopBannerPlans, top_banners_answered},
    get_live_room_common_info::RoomCommonPlans,
};
use crate::{
    active_call::ActiveCall,
    check::Check,
    compose::{Composing, Draft, ProgramBranches as _, composed},
    envelope::enveloped,
    interface::Interface,
    params::Params,
    plans::{Compose, Composed, plans},
    status::Status,
    with_losses::WithLosses,
};

plans! {
    /// The engines of the bag and everything around it.
    AssemblePlans {
    } with {
        /// Strong: the page of the bag.
        bag: Composed<BagPlans>;
        /// Strong: the room.
        room: RoomCommonPlans;
        /// Weak: the banners.
        banners: TopBannerPlans;
        /// Weak: the vouchers.
        vouchers: PromotionBannerPlans;
        /// Weak: the creator's shop.
        shop: CreatorShopPlans;
    }
}

pub(crate) struct GetLiveBagAssemble;

impl Interface for GetLiveBagAssemble {
    type Request = GetLiveBagAssembleRequest;
    type Plans = Composed<AssemblePlans>;

    fn params(req: &GetLiveBagAssembleRequest, check: &mut Check) -> Params {
        let bag = bag_query(req.page.as_ref(), req.tab, &req.exclude_ids, check);
        let highlight_count = highlight_count(req.highlight_count, check);
        Params { query: Query { bag, highlight_count, ..Query::default() }, ..Params::room(&req.room, check) }
    }

    async fn answer(plans: &Composed<AssemblePlans>, call: &Arc<ActiveCall>) -> WithLosses<GetLiveBagAssembleResponse> {
        composed(call, &plans.flow).await
    }

    fn answered(call: &ActiveCall, response: &GetLiveBagAssembleResponse) {
        top_banners_answered(call, &response.top_banners);
    }
}

impl Compose for AssemblePlans {
    type Answer = GetLiveBagAssembleResponse;
    const FLOW: &'static str = "Assemble";

    /// Bag and room are strong. If the room does not sell, that ends the bag but not the answer, which still contains the room.
    fn flow(&self) -> FlowDefinition<Composing<GetLiveBagAssembleResponse>> {
        let parts = Fork::all()
            .strong_flow(&self.bag.flow)
            .strong_engine(&self.room.room)
            .weak_engine(&self.banners.banners)
            .weak_engine(&self.vouchers.vouchers)
            .weak_engine(&self.shop.shop);
        Flow::define(Self::FLOW).fork("parts", parts, |draft, (bag, room, top, vouchers, shop), _| {
            let Draft { call, answer, .. } = draft;
            let RoomCommonInfo { common, stop } = room;
            answer.room = common;
            match &bag.outcome {
                Ok(page) => answer.tabs.clone_from(&page.tabs),
                Err(stopped) => answer.base_resp = stopped.status.clone().into_base_resp(),
            }
            answer.bag = enveloped(call, bag);
            // the room may have closed between the two calls
            if let Some(stop) = stop {
                answer.base_resp = Status::of_stop(stop).into_base_resp();
            }
            answer.top_banners = top.map(|TopBanners(banners)| banners).unwrap_or_default();
            answer.promotion_banners = vouchers.map(|vouchers| vouchers.banners).unwrap_or_default();
            answer.creator_shop = shop.map(|ShopInfo(shop)| shop);
            Ok(Next::Finish)
        })
    }
}
