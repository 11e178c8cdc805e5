//! `GetLiveBagRefresh`: a refresh of the client's screen.

use std::sync::Arc;

use live_pack_entities::{
    converters::Refreshed,
    request::{Query, RefreshQuery},
    scene::BagScene,
};
use live_pack_idl::live_pack::{GetLiveBagRefreshRequest, GetLiveBagRefreshResponse, RefreshReason};

use crate::{
    active_call::ActiveCall, check::Check, engines::live_bag_products_refresh_engine, interface::Interface,
    params::Params, plans::plans, with_losses::WithLosses,
};

plans! {
    /// The engine of a screen refresh.
    RefreshPlans {
        /// The products and auctions on the screen.
        refresh: BagScene => Refreshed = live_bag_products_refresh_engine;
    }
}

/// Maximum number of products on a screen, and of auctions.
const MAX_SHOWN: usize = 50;

pub(crate) struct GetLiveBagRefresh;

impl Interface for GetLiveBagRefresh {
    type Request = GetLiveBagRefreshRequest;
    type Plans = RefreshPlans;

    fn params(req: &GetLiveBagRefreshRequest, check: &mut Check) -> Params {
        check
            .that(req.known_bag_version >= 0, "known_bag_version", "0 (not known) or above", req.known_bag_version)
            .that((0..=4).contains(&req.reason.inner()), "reason", "a reason of the contract", req.reason.inner());
        let refresh = RefreshQuery {
            product_ids: check.ids("product_ids", &req.product_ids, 0..=MAX_SHOWN),
            auction_ids: check.ids("auction_ids", &req.auction_ids, 0..=MAX_SHOWN),
            known_version: req.known_bag_version,
        };
        Params {
            query: Query { refresh, ..Query::default() },
            // a sale starts or ends right now, so cached data are stale
            fresh: req.reason == RefreshReason::COUNTDOWN_END,
            ..Params::room(&req.room, check)
        }
    }

    async fn answer(plans: &RefreshPlans, call: &Arc<ActiveCall>) -> WithLosses<GetLiveBagRefreshResponse> {
        call.run(&plans.refresh).await.map(|refreshed| refreshed.0)
    }
}
