//! D12, seller core: the shops behind the products.

use std::sync::Arc;

use live_pack_idl::seller_core as wire;

use super::{
    Wiring,
    answer::by_key,
    convert::{Malformed, rating},
    method::{Method, base, distinct},
    routes::Routes,
};
use crate::{Call, Downstream, DownstreamMethod, Error, Lookup, model::Seller};

by_key!(wire::MGetSellerResponse);

/// The client of D12.
#[derive(Debug)]
pub struct SellerCoreClient {
    routes: Arc<Routes<wire::SellerCoreServiceClient>>,
    mget: Method,
}

impl SellerCoreClient {
    pub(super) fn new(wiring: &Wiring<'_>) -> Self {
        Self {
            routes: wiring.routes(Downstream::SellerCore, |to| {
                to.tuned(wire::SellerCoreServiceClientBuilder::new(Downstream::SellerCore.name())).build()
            }),
            mget: wiring.method(DownstreamMethod::MGetSeller),
        }
    }

    /// Sellers, aligned with `ids`.
    ///
    /// # Errors
    ///
    /// The call failed as a whole; a key that failed alone is [`Lookup::Failed`].
    pub async fn sellers(&self, call: &Call, ids: &[i64]) -> Result<Vec<Lookup<Arc<Seller>>>, Error> {
        let request = || wire::MGetSellerRequest { seller_ids: distinct(ids), base: base(call) };
        let answer = self
            .mget
            .run(call, ids, &self.routes, request, |to, request| async move { to.m_get_seller(request).await })
            .await?;
        Ok(self.mget.align(call, ids, answer.sellers, &answer.failed, |id, wire| {
            Ok::<_, Malformed>(Some(Arc::new(Seller {
                seller_id: id,
                name: wire.name,
                logo_uri: wire.logo_uri,
                rating: rating(wire.rating),
                official: wire.official,
                owner_user_id: wire.owner_user_id,
            })))
        }))
    }
}
