//! Look-ups of the viewer. Not cached, with one exception: whether an account is a minor's.

use std::sync::Arc;

use super::{
    Dal,
    room::{judge_lines, one, whole},
};
use crate::{
    Call, DownstreamMethod, Error, Lookup,
    batch::{judge_failed, judged},
    cache::Keys,
    model::{Bag, BagStatus, BidderState, Buyable, CartContent, Claims, ProductLite},
};

impl Dal {
    /// The light form of a whole bag, aligned with its lines (1 s), and whether the viewer's account is a minor's (60 s; a
    /// guest has no account).
    ///
    /// # Errors
    ///
    /// The call failed, or all of its keys did. The age class of a viewer is never guessed.
    pub async fn bag_status(&self, call: &Call, bag: &Arc<Bag>) -> Result<BagStatus, Error> {
        let status = self.status(call, bag).await?;
        judge_lines(call, DownstreamMethod::MGetProductLite, bag, &status.products)?;
        Ok(status)
    }

    /// Whether the viewer's account is a minor's. 60 s; a guest has no account.
    ///
    /// # Errors
    ///
    /// The call failed.
    pub async fn viewer_is_minor(&self, call: &Call) -> Result<bool, Error> {
        // an empty bag queries only the account
        Ok(self.status(call, &Arc::new(Bag::default())).await?.viewer_is_minor)
    }

    async fn status(&self, call: &Call, bag: &Arc<Bag>) -> Result<BagStatus, Error> {
        let keys = Keys::anywhere(call, &[]);
        if call.viewer.is_guest() {
            return Ok(BagStatus { products: self.bag_products(call, bag).await?, viewer_is_minor: false });
        }
        let account = keys.key(call.viewer.user_id);
        if call.recording.is_none()
            && let Some(Lookup::Found(minor)) = self.caches.minor.peek(account)
        {
            return Ok(BagStatus { products: self.bag_products(call, bag).await?, viewer_is_minor: *minor });
        }
        let (of_account, of_lines) = (self.caches.minor.epoch(), self.caches.bag_status.epoch());
        let status = self.rpc.product_model.bag_status(call, bag).await?;
        self.caches.minor.put(account, Arc::new(status.viewer_is_minor), of_account);
        if bag.whole {
            let key = keys.within(bag.version).key(bag.room_id);
            self.caches.bag_status.put(key, Arc::clone(&status.products), of_lines);
        }
        Ok(status)
    }

    async fn bag_products(&self, call: &Call, bag: &Arc<Bag>) -> Result<Arc<Vec<Lookup<ProductLite>>>, Error> {
        if bag.entries.is_empty() {
            return Ok(Arc::default());
        }
        if !bag.whole {
            if let Some(known) = self.known_part(call, bag, &self.caches.bag_status) {
                return Ok(known);
            }
            return self.rpc.product_model.bag_status(call, bag).await.map(|status| status.products);
        }
        let load = |call: &Call| {
            let bag = Arc::clone(bag);
            self.load(call, move |rpc, call, _| async move {
                rpc.product_model.bag_status(&call, &bag).await.map(|status| one(status.products))
            })
        };
        let key = Keys::anywhere(call, &[]).within(bag.version).key(bag.room_id);
        let found = self.caches.bag_status.get(call, key, load).await?;
        let products = whole(found, DownstreamMethod::MGetProductLite)?;
        if products.len() == bag.entries.len() {
            return Ok(products);
        }
        // as for the windows: two bags of one version should not exist
        self.rpc.product_model.bag_status(call, bag).await.map(|status| status.products)
    }

    /// Whether a guest may buy, aligned with `ids`: the answer depends on the region only and is kept for 2 s.
    ///
    /// # Errors
    ///
    /// The call failed and some key was in no cache, or all keys failed.
    pub async fn guest_buyable(
        &self,
        call: &Call,
        room_id: i64,
        ids: &[i64],
    ) -> Result<Vec<Lookup<Arc<Buyable>>>, Error> {
        let load = |call: &Call| {
            self.load(call, move |rpc, call, ids| async move { rpc.trade_chain.buyable(&call, room_id, &ids).await })
        };
        self.caches.guest_buyable.get_many(call, &Keys::regional(call, ids), load).await
    }

    /// Whether the viewer may buy, aligned with `ids`. Tasks that share the answer judge it by themselves, with
    /// [`Self::judged_buyable`].
    ///
    /// # Errors
    ///
    /// The call failed.
    pub async fn buyable(&self, call: &Call, room_id: i64, ids: &[i64]) -> Result<Vec<Lookup<Arc<Buyable>>>, Error> {
        self.rpc.trade_chain.buyable(call, room_id, ids).await
    }

    /// Answers of [`Self::buyable`], aligned with `ids`, for the task of `call`.
    ///
    /// # Errors
    ///
    /// All keys failed, or there are not as many answers as keys.
    pub fn judged_buyable(
        call: &Call,
        ids: &[i64],
        found: Vec<Lookup<Arc<Buyable>>>,
    ) -> Result<Vec<Lookup<Arc<Buyable>>>, Error> {
        judged(call, DownstreamMethod::MCheckBuyable, ids, found)
    }

    /// The viewer's claims of vouchers. A guest has none, and there is no call.
    ///
    /// # Errors
    ///
    /// The call failed, or answered for none of the vouchers.
    pub async fn claims(&self, call: &Call, voucher_ids: &[i64]) -> Result<Claims, Error> {
        if call.viewer.is_guest() {
            return Ok(Claims::default());
        }
        let claims = self.rpc.promotion_delivery.claims(call, voucher_ids).await?;
        let origin = DownstreamMethod::GetClaimState;
        judge_failed(call, origin, voucher_ids, claims.failed.iter().copied())?;
        Ok(claims)
    }

    /// Number of different products in the viewer's cart. A guest has none, and there is no call.
    ///
    /// # Errors
    ///
    /// The call failed.
    pub async fn cart_count(&self, call: &Call) -> Result<i32, Error> {
        if call.viewer.is_guest() {
            return Ok(0);
        }
        self.rpc.cart.count(call).await
    }

    /// Units of each of these products in the viewer's cart. A guest has none, and there is no call. Tasks that share the
    /// answer judge it by themselves, with [`Self::judge_cart`].
    ///
    /// # Errors
    ///
    /// The call failed.
    pub async fn cart_content(&self, call: &Call, ids: &[i64]) -> Result<CartContent, Error> {
        if call.viewer.is_guest() {
            return Ok(CartContent::default());
        }
        self.rpc.cart.content(call, ids).await
    }

    /// The verdict on an answer of [`Self::cart_content`] for the task of `call`, which wants `ids` of it.
    ///
    /// # Errors
    ///
    /// All of them failed.
    pub fn judge_cart(call: &Call, ids: &[i64], content: &CartContent) -> Result<(), Error> {
        judge_failed(call, DownstreamMethod::MCheckInCart, ids, content.failed.iter().copied())
    }

    /// Whether the viewer may bid in a room. A guest may not, and there is no call.
    ///
    /// # Errors
    ///
    /// The call failed.
    pub async fn bidder_state(&self, call: &Call, room_id: i64) -> Result<BidderState, Error> {
        if call.viewer.is_guest() {
            return Ok(BidderState::default());
        }
        self.rpc.auction.bidder_state(call, room_id).await
    }
}
