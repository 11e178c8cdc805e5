//! D6 promotion delivery: vouchers of a room, banners, and a user's claims.

use live_pack_idl::{
    DownstreamMethod,
    promotion_delivery::{
        GetBannersRequest, GetBannersResponse, GetClaimStateRequest, GetClaimStateResponse, MGetRoomVouchersRequest,
        MGetRoomVouchersResponse, PromotionDeliveryService, RoomVouchers,
    },
};
use volo_thrift::ServerError;

use crate::call::Backend;

impl PromotionDeliveryService for Backend {
    /// Returns vouchers of every state and region; the caller selects.
    async fn m_get_room_vouchers(&self, req: MGetRoomVouchersRequest) -> Result<MGetRoomVouchersResponse, ServerError> {
        let call = self.enter(DownstreamMethod::MGetRoomVouchers).await?;
        let mut answer = MGetRoomVouchersResponse::default();
        if let Some(base_resp) = call.refusal(req.room_ids.len()) {
            answer.base_resp = base_resp;
        } else {
            (answer.rooms, answer.failed) = call.look_up(&req.room_ids, |id| {
                let plans = self.world.room(id)?.vouchers.iter();
                Some(RoomVouchers { vouchers: plans.map(|plan| plan.at(call.now_ms)).collect() })
            });
        }
        Ok(answer)
    }

    /// Returns banners of every window, region and platform; the caller selects.
    async fn get_banners(&self, req: GetBannersRequest) -> Result<GetBannersResponse, ServerError> {
        let call = self.enter(DownstreamMethod::GetBanners).await?;
        let mut answer = GetBannersResponse::default();
        if let Some(base_resp) = call.refusal(1) {
            answer.base_resp = base_resp;
        } else if let Some(room) = self.world.room(req.room_id) {
            let plans = room.banners.iter();
            answer.banners = plans.map(|plan| plan.at(call.now_ms)).collect();
        }
        Ok(answer)
    }

    async fn get_claim_state(&self, req: GetClaimStateRequest) -> Result<GetClaimStateResponse, ServerError> {
        let call = self.enter(DownstreamMethod::GetClaimState).await?;
        let mut answer = GetClaimStateResponse::default();
        if let Some(base_resp) = call.refusal(req.voucher_ids.len()) {
            answer.base_resp = base_resp;
        } else {
            let user = self.world.user(req.user_id);
            answer.is_new_user = user.is_new;
            answer.follows_host = user.follows_host;
            // The IDL has no failed keys here, so failed ones are just absent.
            (answer.states, _) = call.look_up(&req.voucher_ids, |id| {
                let known = self.world.has_voucher(id);
                known.then(|| user.claim(self.world.seed(), id))
            });
        }
        Ok(answer)
    }
}
