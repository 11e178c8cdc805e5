//! The order of the prizes of a surprise set.

use live_pack_dal::model::SurprisePrize;
use live_pack_engine::{Context, Items, SortKey, Sorter};

use super::rank;
use crate::{rules::prize::order, scene::PrizeScene};

/// Rarest, then most valuable, then the lower id.
#[derive(Debug)]
pub struct PrizeSorter;

impl Sorter<PrizeScene> for PrizeSorter {
    type Input<'a> = Items<'a, PrizeScene>;

    fn key(&self, _cx: &Context<PrizeScene>, items: &Items<'_, PrizeScene>, prize: &SurprisePrize) -> SortKey {
        rank(items, prize, order)
    }
}
