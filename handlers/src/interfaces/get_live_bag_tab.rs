//! `GetLiveBagTab`: the tabs of the bag, counted over the same filtered bag as its pages.

use std::sync::Arc;

use live_pack_entities::{converters::BagTabs, scene::BagScene};
use live_pack_idl::live_pack::{GetLiveBagTabRequest, GetLiveBagTabResponse};

use crate::{
    active_call::ActiveCall, check::Check, engines::live_bag_tab_engine, interface::Interface, params::Params,
    plans::plans, with_losses::WithLosses,
};

plans! {
    /// The engine of the tabs.
    TabPlans {
        /// The tabs.
        tab: BagScene => BagTabs = live_bag_tab_engine;
    }
}

pub(crate) struct GetLiveBagTab;

impl Interface for GetLiveBagTab {
    type Request = GetLiveBagTabRequest;
    type Plans = TabPlans;

    fn params(req: &GetLiveBagTabRequest, check: &mut Check) -> Params {
        Params::room(&req.room, check)
    }

    async fn answer(plans: &TabPlans, call: &Arc<ActiveCall>) -> WithLosses<GetLiveBagTabResponse> {
        call.run(&plans.tab).await.map(|BagTabs { tabs, default_tab }| GetLiveBagTabResponse {
            tabs,
            default_tab,
            ..GetLiveBagTabResponse::default()
        })
    }
}
