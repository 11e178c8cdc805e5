//! The list of an engine over a surprise set.

use live_pack_dal::model::SurprisePrize;
use live_pack_engine::{Context, Items, Reads, TaskResult};

use super::SurpriseSetInfo;
use crate::scene::PrizeScene;

/// The prizes of the set; none where the room has no such set.
#[derive(Debug)]
pub struct PrizeItems;

impl Items<PrizeScene> for PrizeItems {
    fn reads(&self) -> Reads {
        Reads::none().maybe::<SurpriseSetInfo>()
    }

    fn items(&self, cx: &Context<PrizeScene>) -> TaskResult<PrizeScene, Vec<SurprisePrize>> {
        let set = cx.maybe::<SurpriseSetInfo>().done().and_then(|set| set.0.as_ref());
        Ok(set.map(|set| set.prizes.clone()).unwrap_or_default())
    }
}
