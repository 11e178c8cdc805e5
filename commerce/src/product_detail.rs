//! D3 product detail: ratings, reviews, units sold, delivery options.

use live_pack_idl::{
    DownstreamMethod,
    product_detail::{MGetProductDetailRequest, MGetProductDetailResponse, ProductDetailService},
};
use volo_thrift::ServerError;

use crate::call::Backend;

impl ProductDetailService for Backend {
    async fn m_get_product_detail(
        &self,
        req: MGetProductDetailRequest,
    ) -> Result<MGetProductDetailResponse, ServerError> {
        let call = self.enter(DownstreamMethod::MGetProductDetail).await?;
        let mut answer = MGetProductDetailResponse::default();
        if let Some(base_resp) = call.refusal(req.product_ids.len()) {
            answer.base_resp = base_resp;
        } else {
            (answer.products, answer.failed) = call.look_up(&req.product_ids, |id| {
                let product = self.world.product(id)?;
                let mut detail = product.detail.clone();
                if !req.region.is_empty() && !product.is_sold_in(&req.region) {
                    detail.delivery.clear();
                }
                Some(detail)
            });
        }
        Ok(answer)
    }
}
