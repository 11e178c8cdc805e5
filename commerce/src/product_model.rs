//! D2 product model: the lightweight and the full form of a product.

use live_pack_idl::{
    DownstreamMethod,
    product_model::{
        MGetProductLiteRequest, MGetProductLiteResponse, MGetProductModelRequest, MGetProductModelResponse,
        ProductModelService,
    },
};
use volo_thrift::ServerError;

use crate::call::Backend;

impl ProductModelService for Backend {
    async fn m_get_product_lite(&self, req: MGetProductLiteRequest) -> Result<MGetProductLiteResponse, ServerError> {
        let call = self.enter(DownstreamMethod::MGetProductLite).await?;
        let mut answer = MGetProductLiteResponse::default();
        if let Some(base_resp) = call.refusal(req.product_ids.len()) {
            answer.base_resp = base_resp;
        } else {
            answer.viewer_is_minor = self.world.user(req.user_id).is_minor;
            (answer.products, answer.failed) =
                call.look_up(&req.product_ids, |id| Some(self.world.product(id)?.lite(call.now_ms)));
        }
        Ok(answer)
    }

    async fn m_get_product_model(&self, req: MGetProductModelRequest) -> Result<MGetProductModelResponse, ServerError> {
        let call = self.enter(DownstreamMethod::MGetProductModel).await?;
        let mut answer = MGetProductModelResponse::default();
        if let Some(base_resp) = call.refusal(req.product_ids.len()) {
            answer.base_resp = base_resp;
        } else {
            (answer.products, answer.failed) =
                call.look_up(&req.product_ids, |id| self.world.product(id)?.model().cloned());
        }
        Ok(answer)
    }
}
