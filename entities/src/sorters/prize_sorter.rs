//! The order of the prizes of a surprise set.

use live_pack_dal::model::SurprisePrize;
use live_pack_engine::{Context, SortKey, Sorter};

use super::rank;
use crate::{rules::prize::order, scene::PrizeScene};

/// Rarest, then dearest, then the lower id.
#[derive(Debug)]
pub struct PrizeSorter;

impl Sorter<PrizeScene> for PrizeSorter {
    fn key(&self, cx: &Context<PrizeScene>, prize: &SurprisePrize) -> SortKey {
        rank(cx.items(), prize, order)
    }
}
