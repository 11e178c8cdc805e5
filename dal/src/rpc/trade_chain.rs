//! D9, trade chain: whether a viewer may buy a product now, and the reasons against it.

use std::sync::Arc;

use live_pack_idl::trade_chain as wire;

use super::{
    Wiring,
    answer::by_key,
    convert::{Malformed, limited},
    method::{Method, base, distinct, region},
    routes::Routes,
};
use crate::{
    Call, Downstream, DownstreamMethod, Error, Lookup,
    model::{BlockReason, Buyable},
};

by_key!(wire::MCheckBuyableResponse);

/// The client of D9.
#[derive(Debug)]
pub struct TradeChainClient {
    routes: Arc<Routes<wire::TradeChainServiceClient>>,
    check: Method,
}

impl TradeChainClient {
    pub(super) fn new(wiring: &Wiring<'_>) -> Self {
        Self {
            routes: wiring.routes(Downstream::TradeChain, |to| {
                to.tuned(wire::TradeChainServiceClientBuilder::new(Downstream::TradeChain.name())).build()
            }),
            check: wiring.method(DownstreamMethod::MCheckBuyable),
        }
    }

    /// Whether the viewer may buy, aligned with `ids`. For a guest the answer depends on the region only.
    ///
    /// # Errors
    ///
    /// The call failed as a whole; a key that failed alone is [`Lookup::Failed`].
    pub async fn buyable(&self, call: &Call, room_id: i64, ids: &[i64]) -> Result<Vec<Lookup<Arc<Buyable>>>, Error> {
        let request = || wire::MCheckBuyableRequest {
            user_id: call.viewer.user_id,
            region: region(call),
            room_id,
            product_ids: distinct(ids),
            base: base(call),
        };
        let answer = self
            .check
            .run(call, ids, &self.routes, request, |to, request| async move { to.m_check_buyable(request).await })
            .await?;
        Ok(self.check.align(call, ids, answer.products, &answer.failed, |_, wire| {
            Ok::<_, Malformed>(Some(Arc::new(Buyable {
                buyable: wire.buyable,
                reasons: wire.reasons.into_iter().map(reason).collect(),
                limit_left: limited(wire.limit_left),
                deliverable: wire.deliverable,
                cod: wire.cod,
            })))
        }))
    }
}

const fn reason(wire: wire::BlockReason) -> BlockReason {
    match wire {
        wire::BlockReason::NOT_DELIVERABLE => BlockReason::NotDeliverable,
        wire::BlockReason::AGE_RESTRICTED => BlockReason::AgeRestricted,
        wire::BlockReason::USER_RESTRICTED => BlockReason::UserRestricted,
        wire::BlockReason::PURCHASE_LIMIT => BlockReason::PurchaseLimit,
        wire::BlockReason::OFF_SHELF => BlockReason::OffShelf,
        wire::BlockReason::OWN_PRODUCT => BlockReason::OwnProduct,
        _ => BlockReason::Unknown,
    }
}
