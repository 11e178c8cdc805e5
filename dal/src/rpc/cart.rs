//! D8, cart: the number of products in a cart, and the quantities of some of them.

use std::sync::Arc;

use live_pack_idl::cart as wire;

use super::{
    Wiring,
    answer::{as_a_whole, by_key},
    method::{Method, base, distinct},
    routes::Routes,
};
use crate::{Call, Downstream, DownstreamMethod, Error, model::CartContent};

by_key!(wire::MCheckInCartResponse);
as_a_whole!(wire::GetCartCountResponse);

/// The client of D8.
#[derive(Debug)]
pub struct CartClient {
    routes: Arc<Routes<wire::CartServiceClient>>,
    counts: Method,
    contents: Method,
}

impl CartClient {
    pub(super) fn new(wiring: &Wiring<'_>) -> Self {
        Self {
            routes: wiring.routes(Downstream::Cart, |to| {
                to.tuned(wire::CartServiceClientBuilder::new(Downstream::Cart.name())).build()
            }),
            counts: wiring.method(DownstreamMethod::GetCartCount),
            contents: wiring.method(DownstreamMethod::MCheckInCart),
        }
    }

    /// Number of different products in the viewer's cart. Only for logged-in viewers.
    ///
    /// # Errors
    ///
    /// The call failed.
    pub async fn count(&self, call: &Call) -> Result<i32, Error> {
        let request = || wire::GetCartCountRequest { user_id: call.viewer.user_id, base: base(call) };
        let answer = self
            .counts
            .run(call, &[], &self.routes, request, |to, request| async move { to.get_cart_count(request).await })
            .await?;
        Ok(answer.count.max(0))
    }

    /// Units of each of these products in the viewer's cart. Only for logged-in viewers.
    ///
    /// # Errors
    ///
    /// The call failed as a whole; products that failed alone are named in the answer.
    pub async fn content(&self, call: &Call, ids: &[i64]) -> Result<CartContent, Error> {
        let request =
            || wire::MCheckInCartRequest { user_id: call.viewer.user_id, product_ids: distinct(ids), base: base(call) };
        let answer = self
            .contents
            .run(call, ids, &self.routes, request, |to, request| async move { to.m_check_in_cart(request).await })
            .await?;
        self.contents.keys_failed(call, answer.failed.len());
        Ok(CartContent { quantities: answer.quantities, failed: answer.failed, full: answer.cart_full })
    }
}
