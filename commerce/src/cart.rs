//! D8 cart: the number of products in a cart, and the quantities of some of them.

use live_pack_idl::{
    DownstreamMethod,
    cart::{CartService, GetCartCountRequest, GetCartCountResponse, MCheckInCartRequest, MCheckInCartResponse},
};
use volo_thrift::ServerError;

use crate::{call::Backend, world::CART_CAPACITY};

impl CartService for Backend {
    async fn get_cart_count(&self, req: GetCartCountRequest) -> Result<GetCartCountResponse, ServerError> {
        let call = self.enter(DownstreamMethod::GetCartCount).await?;
        let mut answer = GetCartCountResponse::default();
        if let Some(base_resp) = call.refusal(1) {
            answer.base_resp = base_resp;
        } else {
            answer.count = self.world.user(req.user_id).cart_count;
            answer.capacity = CART_CAPACITY;
        }
        Ok(answer)
    }

    async fn m_check_in_cart(&self, req: MCheckInCartRequest) -> Result<MCheckInCartResponse, ServerError> {
        let call = self.enter(DownstreamMethod::MCheckInCart).await?;
        let mut answer = MCheckInCartResponse::default();
        if let Some(base_resp) = call.refusal(req.product_ids.len()) {
            answer.base_resp = base_resp;
        } else {
            let user = self.world.user(req.user_id);
            answer.cart_full = user.cart_count >= CART_CAPACITY;
            (answer.quantities, answer.failed) = call.look_up(&req.product_ids, |id| {
                self.world.product(id)?;
                let quantity = user.in_cart(self.world.seed(), id);
                (quantity > 0).then_some(quantity)
            });
        }
        Ok(answer)
    }
}
