//! `GetLiveBagAssemble`: everything around the bag at once, each part as in its own interface.

use std::sync::Arc;

use live_pack_engine::flow::{Flow, FlowDefinition, Fork, Next};
use live_pack_entities::{
    converters::{RoomCommonInfo, ShopInfo, TopBanners},
    request::Query,
};
use live_pack_idl::live_pack::{GetLiveBagAssembleRequest, GetLiveBagAssembleResponse};

use super::{
    get_live_bag_creator_shop_info::highlight_count, get_live_bag_data::bag_query,
    get_live_bag_top_banner::top_banners_answered,
};
use crate::{
    check::Check,
    compose::{Composing, Parts as _, Whole, composed},
    interface::{Asked, Interface, WorkTime, close},
    part::Part,
    plans::{AssemblePlans, Compose, Plans},
    status::Status,
    turn::Turn,
};

pub(crate) struct GetLiveBagAssemble;

impl Interface for GetLiveBagAssemble {
    type Request = GetLiveBagAssembleRequest;

    fn asked(req: &GetLiveBagAssembleRequest, check: &mut Check) -> Asked {
        let bag = bag_query(req.page.as_ref(), req.tab, &req.exclude_ids, check);
        let highlight_count = highlight_count(req.highlight_count, check);
        Asked { query: Query { bag, highlight_count, ..Query::default() }, ..Asked::room(&req.room, check) }
    }

    fn time(plans: &Plans) -> WorkTime {
        WorkTime::of(&plans.get_live_bag_assemble.plans.bag.plans.products)
    }

    async fn answer(turn: &Arc<Turn>) -> Part<GetLiveBagAssembleResponse> {
        composed(turn, &turn.plans().get_live_bag_assemble.flow).await
    }

    fn answered(turn: &Turn, response: &GetLiveBagAssembleResponse) {
        top_banners_answered(turn, &response.top_banners);
    }
}

impl Compose for AssemblePlans {
    type Answer = GetLiveBagAssembleResponse;
    const FLOW: &'static str = "Assemble";

    /// Bag and room are strong. A room that does not sell ends the bag but not the answer, which still contains the room.
    fn flow(&self) -> FlowDefinition<Composing<GetLiveBagAssembleResponse>> {
        let parts = Fork::all()
            .strong_flow(&self.bag.flow)
            .strong_engine(&self.room.room)
            .weak_engine(&self.banners.banners)
            .weak_engine(&self.vouchers.vouchers)
            .weak_engine(&self.shop.shop);
        Flow::define(Self::FLOW).fork("parts", parts, |whole, (bag, room, top, vouchers, shop), _| {
            let Whole { turn, answer, .. } = whole;
            let RoomCommonInfo { common, stop } = room;
            answer.room = common;
            match &bag.outcome {
                Ok(page) => answer.tabs.clone_from(&page.tabs),
                Err(stopped) => answer.base_resp = stopped.status.clone().into_base_resp(),
            }
            answer.bag = close(turn, bag);
            // the room may have been closed between the two calls
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
