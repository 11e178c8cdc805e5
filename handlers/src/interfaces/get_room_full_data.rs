//! `GetRoomFullData`: entering a room.

use std::sync::Arc;

use live_pack_engine::{
    NeedRun,
    flow::{Business, Flow, FlowDefinition, Fork, Next},
};
use live_pack_entities::{converters::RoomCommonInfo, request::Query};
use live_pack_idl::live_pack::{GetRoomFullDataRequest, GetRoomFullDataResponse};

use super::{
    get_live_bag_creator_shop_info::creator_shop,
    get_live_bag_preview_data::{preview, preview_count},
    get_live_bag_top_banner::{top_banners, top_banners_answered},
};
use crate::{
    check::{Check, or_default},
    interface::{Asked, Interface, WorkTime},
    part::{Failure, Part, weak},
    plans::Plans,
    status::Status,
    turn::Turn,
    whole::Whole,
};

pub(crate) struct GetRoomFullData;

impl Interface for GetRoomFullData {
    type Request = GetRoomFullDataRequest;
    type Response = GetRoomFullDataResponse;

    const NAME: &'static str = "GetRoomFullData";

    fn asked(req: &GetRoomFullDataRequest, check: &mut Check) -> Asked {
        let count = or_default(req.preview_count, GetRoomFullDataRequest::default().preview_count);
        let count = preview_count("preview_count", count, check);
        let preview_count = if req.need_bag_preview { count } else { 0 };
        Asked { query: Query { preview_count, ..Query::default() }, ..Asked::room(&req.room, check) }
    }

    fn time(plans: &Plans) -> WorkTime {
        WorkTime::of(&plans.get_room_full_data.room)
    }

    async fn answer(turn: &Arc<Turn>) -> Part<GetRoomFullDataResponse> {
        Whole::by(turn, &turn.flows.room_full).await
    }

    fn answered(turn: &Turn, response: &GetRoomFullDataResponse) {
        top_banners_answered(turn, &response.banners);
    }
}

/// The business type of the flow.
#[derive(Debug)]
pub(crate) struct RoomFull;

impl Business for RoomFull {
    type Context<'r> = Whole<GetRoomFullDataResponse>;
    type Error = Failure;
}

/// The room is strong. A room that does not sell is answered with its status and no goods.
pub(crate) fn room_full_flow() -> FlowDefinition<RoomFull> {
    type Entering = Whole<GetRoomFullDataResponse>;
    let parts = Fork::all()
        .strong("room", |whole: &Entering| {
            whole.branch(|turn| async move { turn.run(&turn.plans().get_room_full_data.room).await })
        })
        .weak("pin", |whole: &Entering| {
            whole.branch(|turn| async move { turn.run(&turn.plans().get_room_full_data.pin).await })
        })
        .weak("preview", |whole: &Entering| {
            whole.branch(|turn| async move { preview(&turn, &turn.plans().get_room_full_data.preview).await })
        })
        .need_run(|whole: &Entering| {
            let wanted = whole.turn.request.query.preview_count > 0;
            if wanted { NeedRun::Run } else { NeedRun::Skip("not_asked_for") }
        })
        .weak("banners", |whole: &Entering| {
            whole.branch(|turn| async move { top_banners(&turn, &turn.plans().get_room_full_data.banners).await })
        })
        .weak("creator shop", |whole: &Entering| {
            whole.branch(|turn| async move { creator_shop(&turn, &turn.plans().get_room_full_data.shop).await })
        });
    Flow::define("RoomFull").fork("parts", parts, |whole, ((room, room_losses), pin, preview, banners, shop), _| {
        let Whole { answer, losses, .. } = whole;
        let RoomCommonInfo { common, stop } = room;
        losses.merge(room_losses);
        answer.room = common;
        if let Some(stop) = stop {
            answer.base_resp = Status::of_stop(stop).into_base_resp();
        }
        answer.pin = weak(pin, "PinCardDataEngine", losses).and_then(|pin| pin.card);
        let preview = weak(preview, "LiveBagPreviewEngine", losses);
        answer.preview = preview.map(|preview| preview.products).unwrap_or_default();
        answer.banners = weak(banners, "TopBannerEngine", losses).map(|top| top.banners).unwrap_or_default();
        answer.creator_shop = weak(shop, "CreatorShopEngine", losses).and_then(|shop| shop.creator_shop);
        Ok(Next::Finish)
    })
}
