//! D1 product relation: the products of a room, their order, and the pinned card.

use live_pack_idl::{
    DownstreamMethod,
    product_relation::{
        BagSummary, GetRoomProductsRequest, GetRoomProductsResponse, GetShowcaseRequest, GetShowcaseResponse,
        MGetBagSummaryRequest, MGetBagSummaryResponse, MGetPinnedRequest, MGetPinnedResponse,
        MGetRoomProductRelationRequest, MGetRoomProductRelationResponse, ProductRelationService,
    },
};
use volo_thrift::ServerError;

use crate::{call::Backend, world::View};

/// A showcase is read one screen at a time.
const MAX_SHOWCASE: usize = 50;

impl ProductRelationService for Backend {
    async fn get_room_products(&self, req: GetRoomProductsRequest) -> Result<GetRoomProductsResponse, ServerError> {
        let call = self.enter(DownstreamMethod::GetRoomProducts).await?;
        let mut answer = GetRoomProductsResponse::default();
        if let Some(base_resp) = call.refusal(1) {
            answer.base_resp = base_resp;
        } else if let Some(room) = self.world.room(req.room_id) {
            (answer.entries, answer.bag_version) = room.bag(call.now_ms);
        }
        Ok(answer)
    }

    async fn m_get_pinned(&self, req: MGetPinnedRequest) -> Result<MGetPinnedResponse, ServerError> {
        let call = self.enter(DownstreamMethod::MGetPinned).await?;
        let mut answer = MGetPinnedResponse::default();
        if let Some(base_resp) = call.refusal(req.room_ids.len()) {
            answer.base_resp = base_resp;
        } else {
            (answer.pins, answer.failed) = call.look_up(&req.room_ids, |id| self.world.room(id)?.pin(call.now_ms));
        }
        Ok(answer)
    }

    async fn m_get_bag_summary(&self, req: MGetBagSummaryRequest) -> Result<MGetBagSummaryResponse, ServerError> {
        let call = self.enter(DownstreamMethod::MGetBagSummary).await?;
        let mut answer = MGetBagSummaryResponse::default();
        if let Some(base_resp) = call.refusal(req.room_ids.len()) {
            answer.base_resp = base_resp;
        } else {
            let view = View::of(&req);
            (answer.summaries, answer.failed) = call.look_up(&req.room_ids, |id| {
                let room = self.world.room(id)?;
                let seen = view.products(&self.world, room, call.now_ms);
                Some(BagSummary {
                    count: i32::try_from(seen.len()).unwrap_or(i32::MAX),
                    has_flash_sale: seen.iter().any(|product| product.promotions.flash_is_near(call.now_ms)),
                    bag_version: room.bag_version(call.now_ms),
                })
            });
        }
        Ok(answer)
    }

    async fn m_get_room_product_relation(
        &self,
        req: MGetRoomProductRelationRequest,
    ) -> Result<MGetRoomProductRelationResponse, ServerError> {
        let call = self.enter(DownstreamMethod::MGetRoomProductRelation).await?;
        let mut answer = MGetRoomProductRelationResponse::default();
        if let Some(base_resp) = call.refusal(req.product_ids.len()) {
            answer.base_resp = base_resp;
        } else if let Some(room) = self.world.room(req.room_id) {
            let (entries, bag_version) = room.bag(call.now_ms);
            answer.bag_version = bag_version;
            (answer.entries, answer.failed) =
                call.look_up(&req.product_ids, |id| entries.iter().find(|entry| entry.product_id == id).cloned());
        }
        Ok(answer)
    }

    async fn get_showcase(&self, req: GetShowcaseRequest) -> Result<GetShowcaseResponse, ServerError> {
        let call = self.enter(DownstreamMethod::GetShowcase).await?;
        let mut answer = GetShowcaseResponse::default();
        if let Some(base_resp) = call.refusal(1) {
            answer.base_resp = base_resp;
        } else if let Some(entry) = self.world.creator(req.creator_id) {
            let count = usize::try_from(req.count).unwrap_or_default().min(MAX_SHOWCASE);
            answer.product_ids = entry.showcase.iter().copied().take(count).collect();
            answer.total = entry.creator.showcase_count;
        }
        Ok(answer)
    }
}
