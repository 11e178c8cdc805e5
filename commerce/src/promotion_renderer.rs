//! D5 promotion renderer: flash-sale windows of a bag, and the activities on the products of a page.

use live_pack_idl::{
    DownstreamMethod,
    promotion_renderer::{
        MGetFlashWindowsRequest, MGetFlashWindowsResponse, PromotionRendererService, RenderProductPromotionsRequest,
        RenderProductPromotionsResponse,
    },
};
use volo_thrift::ServerError;

use crate::call::Backend;

impl PromotionRendererService for Backend {
    async fn m_get_flash_windows(&self, req: MGetFlashWindowsRequest) -> Result<MGetFlashWindowsResponse, ServerError> {
        let call = self.enter(DownstreamMethod::MGetFlashWindows).await?;
        let mut answer = MGetFlashWindowsResponse::default();
        if let Some(base_resp) = call.refusal(req.product_ids.len()) {
            answer.base_resp = base_resp;
        } else {
            (answer.products, answer.failed) =
                call.look_up(&req.product_ids, |id| self.world.product(id)?.promotions.windows(call.now_ms));
        }
        Ok(answer)
    }

    async fn render_product_promotions(
        &self,
        req: RenderProductPromotionsRequest,
    ) -> Result<RenderProductPromotionsResponse, ServerError> {
        let call = self.enter(DownstreamMethod::RenderProductPromotions).await?;
        let mut answer = RenderProductPromotionsResponse::default();
        if let Some(base_resp) = call.refusal(req.product_ids.len()) {
            answer.base_resp = base_resp;
        } else {
            (answer.products, answer.failed) =
                call.look_up(&req.product_ids, |id| Some(self.world.product(id)?.promotions.render(call.now_ms)));
        }
        Ok(answer)
    }
}
