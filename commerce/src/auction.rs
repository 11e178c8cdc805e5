//! D7 auction: auctions and surprise sets of a room, and whether a user may bid.

use live_pack_idl::{
    DownstreamMethod,
    auction::{
        AuctionService, GetBidderStateRequest, GetBidderStateResponse, GetSurpriseSetRequest, GetSurpriseSetResponse,
        MGetRoomAuctionsRequest, MGetRoomAuctionsResponse, RoomAuctions,
    },
};
use volo_thrift::ServerError;

use crate::{call::Backend, world::AuctionPlan};

impl AuctionService for Backend {
    async fn m_get_room_auctions(&self, req: MGetRoomAuctionsRequest) -> Result<MGetRoomAuctionsResponse, ServerError> {
        let call = self.enter(DownstreamMethod::MGetRoomAuctions).await?;
        let mut answer = MGetRoomAuctionsResponse::default();
        if let Some(base_resp) = call.refusal(req.room_ids.len()) {
            answer.base_resp = base_resp;
        } else {
            (answer.rooms, answer.failed) = call.look_up(&req.room_ids, |id| {
                let plans = self.world.room(id)?.auctions.iter();
                Some(RoomAuctions { auctions: plans.map(|plan| plan.at(self.world.seed(), call.now_ms)).collect() })
            });
        }
        Ok(answer)
    }

    async fn get_surprise_set(&self, req: GetSurpriseSetRequest) -> Result<GetSurpriseSetResponse, ServerError> {
        let call = self.enter(DownstreamMethod::GetSurpriseSet).await?;
        let mut answer = GetSurpriseSetResponse::default();
        let is_it = |plan: &&AuctionPlan| plan.surprise_set_id() == req.surprise_set_id;
        if let Some(base_resp) = call.refusal(1) {
            answer.base_resp = base_resp;
        } else if let Some(room) = self.world.room(req.room_id) {
            let plan = room.auctions.iter().find(is_it);
            answer.surprise_set = plan.and_then(|plan| plan.surprise_set(self.world.seed(), call.now_ms));
        }
        Ok(answer)
    }

    async fn get_bidder_state(&self, req: GetBidderStateRequest) -> Result<GetBidderStateResponse, ServerError> {
        let call = self.enter(DownstreamMethod::GetBidderState).await?;
        let mut answer = GetBidderStateResponse::default();
        if let Some(base_resp) = call.refusal(1) {
            answer.base_resp = base_resp;
        } else {
            let user = self.world.user(req.user_id);
            answer.terms_signed = user.terms_signed;
            answer.has_address = user.has_address;
            answer.has_payment = user.has_payment;
            answer.is_minor = user.is_minor;
        }
        Ok(answer)
    }
}
