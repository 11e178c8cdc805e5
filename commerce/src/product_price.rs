//! D4 product price: a retail price for each SKU, in the currency of the region of its room.

use live_pack_idl::{
    DownstreamMethod,
    product_price::{MGetProductPriceRequest, MGetProductPriceResponse, ProductPriceService},
};
use volo_thrift::ServerError;

use crate::call::Backend;

impl ProductPriceService for Backend {
    async fn m_get_product_price(&self, req: MGetProductPriceRequest) -> Result<MGetProductPriceResponse, ServerError> {
        let call = self.enter(DownstreamMethod::MGetProductPrice).await?;
        let mut answer = MGetProductPriceResponse::default();
        if let Some(base_resp) = call.refusal(req.product_ids.len()) {
            answer.base_resp = base_resp;
        } else {
            (answer.products, answer.failed) =
                call.look_up(&req.product_ids, |id| Some(self.world.product(id)?.price.clone()));
        }
        Ok(answer)
    }
}
