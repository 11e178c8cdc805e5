//! D12 seller core: the shops behind the products.

use live_pack_idl::{
    DownstreamMethod,
    seller_core::{MGetSellerRequest, MGetSellerResponse, SellerCoreService},
};
use volo_thrift::ServerError;

use crate::call::Backend;

impl SellerCoreService for Backend {
    async fn m_get_seller(&self, req: MGetSellerRequest) -> Result<MGetSellerResponse, ServerError> {
        let call = self.enter(DownstreamMethod::MGetSeller).await?;
        let mut answer = MGetSellerResponse::default();
        if let Some(base_resp) = call.refusal(req.seller_ids.len()) {
            answer.base_resp = base_resp;
        } else {
            (answer.sellers, answer.failed) = call.look_up(&req.seller_ids, |id| self.world.seller(id).cloned());
        }
        Ok(answer)
    }
}
