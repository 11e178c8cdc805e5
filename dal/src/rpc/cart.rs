//! D8, cart: the number of products in a cart, and the quantities of some of them.

use live_pack_idl::{cart as wire, guard::services};

use super::{
    Wiring,
    method::{Method, base, distinct},
    routes::Routes,
};
use crate::{Call, Downstream, Error, model::CartContent};

/// Its methods, as the IDL spells them.
pub(super) const METHODS: [&str; 2] = ["GetCartCount", "MCheckInCart"];

/// The client of D8.
#[derive(Debug)]
pub struct CartClient {
    routes: Routes<wire::CartServiceClient>,
    counts: Method,
    contents: Method,
}

impl CartClient {
    pub(super) fn new(wiring: &Wiring<'_>) -> Self {
        Self {
            routes: Routes::build(&wiring.settings.addresses.cart, |address| {
                wiring
                    .tuned(services::CART, wire::CartServiceClientBuilder::new(Downstream::Cart.name()), address)
                    .build()
            }),
            counts: wiring.method(Downstream::Cart, "GetCartCount"),
            contents: wiring.method(Downstream::Cart, "MCheckInCart"),
        }
    }

    /// Number of different products in the viewer's cart. Only for logged-in viewers.
    ///
    /// # Errors
    ///
    /// The call failed.
    pub async fn count(&self, call: &Call) -> Result<i32, Error> {
        let request = wire::GetCartCountRequest { user_id: call.viewer.user_id, base: base(call) };
        let client = self.routes.of(call.viewer.route_group);
        let answer = self.counts.run(call, &[], client.get_cart_count(request)).await?;
        Ok(answer.count.max(0))
    }

    /// Units of each of these products in the viewer's cart. Only for logged-in viewers.
    ///
    /// # Errors
    ///
    /// The call failed as a whole; products that failed alone are named in the answer.
    pub async fn content(&self, call: &Call, ids: &[i64]) -> Result<CartContent, Error> {
        let request =
            wire::MCheckInCartRequest { user_id: call.viewer.user_id, product_ids: distinct(ids), base: base(call) };
        let client = self.routes.of(call.viewer.route_group);
        let answer = self.contents.run(call, ids, client.m_check_in_cart(request)).await?;
        Ok(CartContent { quantities: answer.quantities, failed: answer.failed, full: answer.cart_full })
    }
}
