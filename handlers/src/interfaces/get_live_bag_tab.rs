//! `GetLiveBagTab`: the tabs of the bag, counted over the same filtered bag as its pages.

use std::sync::Arc;

use live_pack_entities::converters::BagTabs;
use live_pack_idl::live_pack::{GetLiveBagTabRequest, GetLiveBagTabResponse};

use crate::{
    check::Check,
    interface::{Asked, Interface, WorkTime},
    part::Part,
    plans::Plans,
    turn::Turn,
};

pub(crate) struct GetLiveBagTab;

impl Interface for GetLiveBagTab {
    type Request = GetLiveBagTabRequest;

    fn asked(req: &GetLiveBagTabRequest, check: &mut Check) -> Asked {
        Asked::room(&req.room, check)
    }

    fn time(plans: &Plans) -> WorkTime {
        WorkTime::of(&plans.get_live_bag_tab.tab)
    }

    async fn answer(turn: &Arc<Turn>) -> Part<GetLiveBagTabResponse> {
        turn.run(&turn.plans().get_live_bag_tab.tab).await.map(|BagTabs { tabs, default_tab }| GetLiveBagTabResponse {
            tabs,
            default_tab,
            ..GetLiveBagTabResponse::default()
        })
    }
}
