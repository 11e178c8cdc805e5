//! The order of banners.

use live_pack_dal::model::BannerMaterial;
use live_pack_engine::{Context, Items, SortKey, Sorter};

use super::rank;
use crate::{rules::banner::order, scene::BannerScene};

/// Highest priority, then earliest start, then the lower id.
#[derive(Debug)]
pub struct BannerSorter;

impl Sorter<BannerScene> for BannerSorter {
    type Input<'a> = Items<'a, BannerScene>;

    fn key(&self, _cx: &Context<BannerScene>, items: &Items<'_, BannerScene>, banner: &BannerMaterial) -> SortKey {
        rank(items, banner, order)
    }
}
