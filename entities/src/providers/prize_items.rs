//! The list of an engine over a surprise set.

use live_pack_dal::model::SurprisePrize;
use live_pack_engine::{Context, ItemProvider, Maybe, TaskResult};

use super::SurpriseSetInfo;
use crate::scene::PrizeScene;

/// The prizes of the set; none if the room has no such set.
#[derive(Debug)]
pub struct PrizeItems;

impl ItemProvider<PrizeScene> for PrizeItems {
    type Input<'a> = Maybe<'a, SurpriseSetInfo>;

    fn items(
        &self,
        _cx: &Context<PrizeScene>,
        set: Maybe<'_, SurpriseSetInfo>,
    ) -> TaskResult<PrizeScene, Vec<SurprisePrize>> {
        let set = set.done().and_then(|set| set.0.as_ref());
        Ok(set.map(|set| set.prizes.clone()).unwrap_or_default())
    }
}
