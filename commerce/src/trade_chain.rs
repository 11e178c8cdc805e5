//! D9 trade chain: whether a viewer may buy a product now, and the reasons against it.

use live_pack_idl::{
    DownstreamMethod,
    trade_chain::{BlockReason, Buyable, MCheckBuyableRequest, MCheckBuyableResponse, TradeChainService},
};
use volo_thrift::ServerError;

use crate::{
    call::Backend,
    world::{Product, User, offers_cod},
};

impl TradeChainService for Backend {
    async fn m_check_buyable(&self, req: MCheckBuyableRequest) -> Result<MCheckBuyableResponse, ServerError> {
        let call = self.enter(DownstreamMethod::MCheckBuyable).await?;
        let mut answer = MCheckBuyableResponse::default();
        if let Some(base_resp) = call.refusal(req.product_ids.len()) {
            answer.base_resp = base_resp;
        } else {
            let viewer = Viewer {
                id: req.user_id,
                user: self.world.user(req.user_id),
                region: &req.region,
                anchor_id: self.world.room(req.room_id).map(|room| room.anchor_id),
            };
            (answer.products, answer.failed) = call.look_up(&req.product_ids, |id| {
                let product = self.world.product(id)?;
                let owner_id = self.world.seller(product.seller_id)?.owner_user_id;
                Some(viewer.check(product, owner_id))
            });
        }
        Ok(answer)
    }
}

/// The viewer of a request.
struct Viewer<'a> {
    id: i64,
    user: User,
    /// Empty: unknown, which blocks nothing.
    region: &'a str,
    anchor_id: Option<i64>,
}

impl Viewer<'_> {
    /// All reasons against buying, the most important first. Stock is not one of them, because it does not depend on the viewer.
    fn check(&self, product: &Product, owner_id: i64) -> Buyable {
        let is_known = self.id > 0;
        let is_sold_here = self.region.is_empty() || product.is_sold_in(self.region);
        let deliverable = is_sold_here && self.user.is_reachable;
        let limit_left = if is_known { product.limit_left } else { -1 };
        let is_own = is_known && (self.id == owner_id || Some(self.id) == self.anchor_id);
        let reasons: Vec<_> = [
            (is_own, BlockReason::OWN_PRODUCT),
            (!product.is_on_shelf(), BlockReason::OFF_SHELF),
            (!deliverable, BlockReason::NOT_DELIVERABLE),
            (self.user.is_minor, BlockReason::AGE_RESTRICTED),
            (self.user.is_restricted, BlockReason::USER_RESTRICTED),
            (limit_left == 0, BlockReason::PURCHASE_LIMIT),
        ]
        .into_iter()
        .filter_map(|(applies, reason)| applies.then_some(reason))
        .collect();
        Buyable {
            buyable: reasons.is_empty(),
            reasons,
            limit_left,
            deliverable,
            cod: deliverable && product.cod && offers_cod(self.region),
        }
    }
}
