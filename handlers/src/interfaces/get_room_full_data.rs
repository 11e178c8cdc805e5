//! `GetRoomFullData`: entering a room.

use std::sync::Arc;

use live_pack_engine::{
    NeedRun,
    flow::{Flow, FlowDefinition, Fork, Next},
};
use live_pack_entities::{
    converters::{PinnedCard, RoomCommonInfo, ShopInfo, TopBanners},
    request::Query,
    scene::{BagScene, RoomScene},
};
use live_pack_idl::live_pack::{GetRoomFullDataRequest, GetRoomFullDataResponse};

use super::{
    get_live_bag_creator_shop_info::CreatorShopPlans,
    get_live_bag_preview_data::{PreviewPlans, preview_count},
    get_live_bag_top_banner::{TopBannerPlans, top_banners_answered},
};
use crate::{
    active_call::ActiveCall,
    check::{Check, or_default},
    compose::{Composing, Draft, ProgramBranches as _, composed},
    engines::{pin_card_data_engine, room_data_engine},
    interface::Interface,
    params::Params,
    plans::{Compose, Composed, plans},
    status::Status,
    with_losses::WithLosses,
};

plans! {
    /// The engines of entering a room.
    RoomFullPlans {
        /// Strong: the room.
        room: RoomScene => RoomCommonInfo = room_data_engine;
        /// Weak: the pinned card.
        pin: BagScene => PinnedCard = pin_card_data_engine;
    } with {
        /// Weak: products in stock.
        preview: PreviewPlans;
        /// Weak: the banners.
        banners: TopBannerPlans;
        /// Weak: the creator's shop.
        shop: CreatorShopPlans;
    }
}

pub(crate) struct GetRoomFullData;

impl Interface for GetRoomFullData {
    type Request = GetRoomFullDataRequest;
    type Plans = Composed<RoomFullPlans>;

    fn params(req: &GetRoomFullDataRequest, check: &mut Check) -> Params {
        let count = or_default(req.preview_count, GetRoomFullDataRequest::default().preview_count);
        let count = preview_count("preview_count", count, check);
        let preview_count = if req.need_bag_preview { count } else { 0 };
        Params { query: Query { preview_count, ..Query::default() }, ..Params::room(&req.room, check) }
    }

    async fn answer(plans: &Composed<RoomFullPlans>, call: &Arc<ActiveCall>) -> WithLosses<GetRoomFullDataResponse> {
        composed(call, &plans.flow).await
    }

    fn answered(call: &ActiveCall, response: &GetRoomFullDataResponse) {
        top_banners_answered(call, &response.banners);
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
            .need_run(|draft: &Draft<GetRoomFullDataResponse>| {
                let wanted = draft.call.request.query.preview_count > 0;
                if wanted { NeedRun::Run } else { NeedRun::Skip("not_asked_for") }
            })
            .weak_engine(&self.banners.banners)
            .weak_engine(&self.shop.shop);
        Flow::define(Self::FLOW).fork("parts", parts, |draft, (room, pin, preview, banners, shop), _| {
            let RoomCommonInfo { common, stop } = room;
            let answer = &mut draft.answer;
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
