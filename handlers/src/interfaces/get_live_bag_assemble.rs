//! `GetLiveBagAssemble`: everything around the bag at once, each part as in its own interface.

use std::sync::Arc;

use live_pack_engine::flow::{Business, Flow, FlowDefinition, Fork, Next};
use live_pack_entities::{converters::RoomCommonInfo, request::Query};
use live_pack_idl::live_pack::{GetLiveBagAssembleRequest, GetLiveBagAssembleResponse, GetLiveBagDataResponse};

use super::{
    get_live_bag_creator_shop_info::{creator_shop, highlight_count},
    get_live_bag_data::{bag, bag_query},
    get_live_bag_promotion_banner::promotion_banners,
    get_live_bag_top_banner::{top_banners, top_banners_answered},
    get_live_room_common_info::room,
};
use crate::{
    check::Check,
    degraded::Losses,
    interface::{Asked, Interface, WorkTime, close},
    part::{Failure, Part, weak},
    plans::Plans,
    status::Status,
    turn::Turn,
    whole::Whole,
};

pub(crate) struct GetLiveBagAssemble;

impl Interface for GetLiveBagAssemble {
    type Request = GetLiveBagAssembleRequest;
    type Response = GetLiveBagAssembleResponse;

    const NAME: &'static str = "GetLiveBagAssemble";

    fn asked(req: &GetLiveBagAssembleRequest, check: &mut Check) -> Asked {
        let bag = bag_query(req.page.as_ref(), req.tab, &req.exclude_ids, check);
        let highlight_count = highlight_count(req.highlight_count, check);
        Asked { query: Query { bag, highlight_count, ..Query::default() }, ..Asked::room(&req.room, check) }
    }

    fn time(plans: &Plans) -> WorkTime {
        WorkTime::of(&plans.get_live_bag_assemble.bag.products)
    }

    async fn answer(turn: &Arc<Turn>) -> Part<GetLiveBagAssembleResponse> {
        Whole::by(turn, &turn.flows.assemble).await
    }

    fn answered(turn: &Turn, response: &GetLiveBagAssembleResponse) {
        top_banners_answered(turn, &response.top_banners);
    }
}

/// The business type of the flow.
#[derive(Debug)]
pub(crate) struct Assemble;

impl Business for Assemble {
    type Context<'r> = Whole<GetLiveBagAssembleResponse>;
    type Error = Failure;
}

/// Bag and room are strong. A room that does not sell ends the bag but not the answer, which still contains the room.
pub(crate) fn assemble_flow() -> FlowDefinition<Assemble> {
    type Assembling = Whole<GetLiveBagAssembleResponse>;
    let parts = Fork::all()
        .strong("bag", |whole: &Assembling| {
            let turn = Arc::clone(&whole.turn);
            async move { bag_or_stop(bag(&turn, |plans| &plans.get_live_bag_assemble.bag).await) }
        })
        .strong("room", |whole: &Assembling| {
            whole.branch(|turn| async move { room(&turn, &turn.plans().get_live_bag_assemble.room).await })
        })
        .weak("top banners", |whole: &Assembling| {
            whole.branch(|turn| async move { top_banners(&turn, &turn.plans().get_live_bag_assemble.banners).await })
        })
        .weak("promotion banners", |whole: &Assembling| {
            whole.branch(
                |turn| async move { promotion_banners(&turn, &turn.plans().get_live_bag_assemble.vouchers).await },
            )
        })
        .weak("creator shop", |whole: &Assembling| {
            whole.branch(|turn| async move { creator_shop(&turn, &turn.plans().get_live_bag_assemble.shop).await })
        });
    Flow::define("Assemble").fork("parts", parts, |whole, (bag, (room, room_losses), top, vouchers, shop), _| {
        let Whole { turn, answer, losses } = whole;
        let RoomCommonInfo { common, stop } = room;
        answer.room = common;
        match bag {
            Ok((page, bag_losses)) => {
                answer.tabs.clone_from(&page.tabs);
                answer.bag = close(turn, Part { outcome: Ok(page), losses: bag_losses.clone() });
                losses.merge(bag_losses);
            }
            Err(status) => {
                answer.bag = close(turn, Part::stopped(status.clone()));
                answer.base_resp = status.into_base_resp();
            }
        }
        // the room may have been closed between the two calls
        if let Some(stop) = stop {
            answer.base_resp = Status::of_stop(stop).into_base_resp();
        }
        losses.merge(room_losses);
        answer.top_banners = weak(top, "TopBannerEngine", losses).map(|top| top.banners).unwrap_or_default();
        let vouchers = weak(vouchers, "PromotionBannerEngine", losses);
        answer.promotion_banners = vouchers.map(|vouchers| vouchers.banners).unwrap_or_default();
        answer.creator_shop = weak(shop, "CreatorShopEngine", losses).and_then(|shop| shop.creator_shop);
        Ok(Next::Finish)
    })
}

/// The bag, or the rule that ended it.
type BagOrStop = Result<(GetLiveBagDataResponse, Losses), Status>;

fn bag_or_stop(part: Part<GetLiveBagDataResponse>) -> Result<BagOrStop, Failure> {
    match part.branch() {
        Err(failure) if failure.is_stop() => Ok(Err(failure.status)),
        bag => bag.map(Ok),
    }
}
