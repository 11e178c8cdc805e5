//! D10, live creator: a creator's permission to sell, and the shop bound to the account.

use std::sync::Arc;

use live_pack_idl::live_creator as wire;

use super::{
    Wiring,
    answer::by_key,
    convert::{Malformed, regions},
    method::{Method, base, distinct},
    routes::Routes,
};
use crate::{
    Call, Downstream, DownstreamMethod, Error, Lookup,
    model::{Creator, Permission, Shop},
};

by_key!(wire::MGetCreatorResponse);

/// The client of D10.
#[derive(Debug)]
pub struct LiveCreatorClient {
    routes: Arc<Routes<wire::LiveCreatorServiceClient>>,
    mget: Method,
}

impl LiveCreatorClient {
    pub(super) fn new(wiring: &Wiring<'_>) -> Self {
        Self {
            routes: wiring.routes(Downstream::LiveCreator, |to| {
                to.tuned(wire::LiveCreatorServiceClientBuilder::new(Downstream::LiveCreator.name())).build()
            }),
            mget: wiring.method(DownstreamMethod::MGetCreator),
        }
    }

    /// Creators, aligned with `ids`. A permission this version does not know is [`Permission::None`]: it does not allow
    /// selling.
    ///
    /// # Errors
    ///
    /// The call failed as a whole; a key that failed alone is [`Lookup::Failed`].
    pub async fn creators(&self, call: &Call, ids: &[i64]) -> Result<Vec<Lookup<Arc<Creator>>>, Error> {
        let request = || wire::MGetCreatorRequest { creator_ids: distinct(ids), base: base(call) };
        let answer = self
            .mget
            .run(call, ids, &self.routes, request, |to, request| async move { to.m_get_creator(request).await })
            .await?;
        Ok(self
            .mget
            .align(call, ids, answer.creators, &answer.failed, |id, wire| Ok(Some(Arc::new(creator(id, wire)?)))))
    }
}

fn creator(id: i64, wire: wire::Creator) -> Result<Creator, Malformed> {
    Ok(Creator {
        creator_id: id,
        permission: permission(wire.permission),
        name: wire.name,
        avatar_uri: wire.avatar_uri,
        shop: wire.shop.map(shop).transpose()?,
        showcase_count: wire.showcase_count.max(0),
    })
}

const fn permission(wire: wire::Permission) -> Permission {
    match wire {
        wire::Permission::NORMAL => Permission::Normal,
        wire::Permission::LIMITED => Permission::Limited,
        wire::Permission::BANNED => Permission::Banned,
        _ => Permission::None,
    }
}

fn shop(wire: wire::Shop) -> Result<Shop, Malformed> {
    Ok(Shop {
        shop_id: wire.shop_id,
        name: wire.name,
        approved: wire.approved,
        seller_id: wire.seller_id,
        official: wire.official,
        sale_regions: regions(&wire.sale_regions, "sale_regions")?,
    })
}
