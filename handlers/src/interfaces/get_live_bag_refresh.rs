//! `GetLiveBagRefresh`: a refresh of the client's screen.

use std::sync::Arc;

use live_pack_entities::request::{Query, RefreshQuery};
use live_pack_idl::live_pack::{GetLiveBagRefreshRequest, GetLiveBagRefreshResponse, RefreshReason};

use crate::{
    check::Check,
    interface::{Asked, Interface, WorkTime},
    part::Part,
    plans::Plans,
    turn::Turn,
};

/// Maximum number of products, and of auctions, on a screen.
const MAX_SHOWN: usize = 50;

pub(crate) struct GetLiveBagRefresh;

impl Interface for GetLiveBagRefresh {
    type Request = GetLiveBagRefreshRequest;

    fn asked(req: &GetLiveBagRefreshRequest, check: &mut Check) -> Asked {
        check
            .that(req.known_bag_version >= 0, "known_bag_version", "0 (not known) or above", req.known_bag_version)
            .that((0..=4).contains(&req.reason.inner()), "reason", "a reason of the contract", req.reason.inner());
        let refresh = RefreshQuery {
            product_ids: check.ids("product_ids", &req.product_ids, 0..=MAX_SHOWN),
            auction_ids: check.ids("auction_ids", &req.auction_ids, 0..=MAX_SHOWN),
            known_version: req.known_bag_version,
        };
        Asked {
            query: Query { refresh, ..Query::default() },
            // a sale starts or ends right now: cached data are out of date
            fresh: req.reason == RefreshReason::COUNTDOWN_END,
            ..Asked::room(&req.room, check)
        }
    }

    fn time(plans: &Plans) -> WorkTime {
        WorkTime::of(&plans.get_live_bag_refresh.refresh)
    }

    async fn answer(turn: &Arc<Turn>) -> Part<GetLiveBagRefreshResponse> {
        turn.run(&turn.plans().get_live_bag_refresh.refresh).await.map(|refreshed| refreshed.0)
    }
}
