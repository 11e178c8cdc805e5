//! `GetRoomFullData`: entering a room.

use std::sync::Arc;

use live_pack_engine::{
    NeedRun,
    flow::{Flow, FlowDefinition, Fork, Next},
};
use live_pack_entities::{
    converters::{RoomCommonInfo, ShopInfo, TopBanners},
    request::Query,
};
use live_pack_idl::live_pack::{GetRoomFullDataRequest, GetRoomFullDataResponse};

use super::{get_live_bag_preview_data::preview_count, get_live_bag_top_banner::top_banners_answered};
use crate::{
    check::{Check, or_default},
    compose::{Composing, Parts as _, Whole, composed},
    interface::{Asked, Interface, WorkTime},
    part::Part,
    plans::{Compose, Plans, RoomFullPlans},
    status::Status,
    turn::Turn,
};

pub(crate) struct GetRoomFullData;

impl Interface for GetRoomFullData {
    type Request = GetRoomFullDataRequest;

    fn asked(req: &GetRoomFullDataRequest, check: &mut Check) -> Asked {
        let count = or_default(req.preview_count, GetRoomFullDataRequest::default().preview_count);
        let count = preview_count("preview_count", count, check);
        let preview_count = if req.need_bag_preview { count } else { 0 };
        Asked { query: Query { preview_count, ..Query::default() }, ..Asked::room(&req.room, check) }
    }

    fn time(plans: &Plans) -> WorkTime {
        WorkTime::of(&plans.get_room_full_data.plans.room)
    }

    async fn answer(turn: &Arc<Turn>) -> Part<GetRoomFullDataResponse> {
        composed(turn, &turn.plans().get_room_full_data.flow).await
    }

    fn answered(turn: &Turn, response: &GetRoomFullDataResponse) {
        top_banners_answered(turn, &response.banners);
    }
}

impl Compose for RoomFullPlans {
    type Answer = GetRoomFullDataResponse;
    const FLOW: &'static str = "RoomFull";

    /// The room is strong. A room that does not sell is answered with its status and no goods.
    fn flow(&self) -> FlowDefinition<Composing<GetRoomFullDataResponse>> {
        let parts = Fork::all()
            .strong_engine(&self.room)
            .weak_engine(&self.pin)
            .weak_engine(&self.preview.preview)
            .need_run(|whole: &Whole<GetRoomFullDataResponse>| {
                let wanted = whole.turn.request.query.preview_count > 0;
                if wanted { NeedRun::Run } else { NeedRun::Skip("not_asked_for") }
            })
            .weak_engine(&self.banners.banners)
            .weak_engine(&self.shop.shop);
        Flow::define(Self::FLOW).fork("parts", parts, |whole, (room, pin, preview, banners, shop), _| {
            let RoomCommonInfo { common, stop } = room;
            let answer = &mut whole.answer;
            answer.room = common;
            if let Some(stop) = stop {
                answer.base_resp = Status::of_stop(stop).into_base_resp();
            }
            answer.pin = pin.and_then(|pin| pin.card);
            answer.preview = preview.map(|preview| preview.cards).unwrap_or_default();
            answer.banners = banners.map(|TopBanners(banners)| banners).unwrap_or_default();
            answer.creator_shop = shop.map(|ShopInfo(shop)| shop);
            Ok(Next::Finish)
        })
    }
}
