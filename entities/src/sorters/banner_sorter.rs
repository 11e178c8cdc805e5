//! The order of banners.

use live_pack_dal::model::BannerMaterial;
use live_pack_engine::{Context, SortKey, Sorter};

use super::rank;
use crate::{rules::banner::order, scene::BannerScene};

/// Highest priority, then the one that began first, then the lower id.
#[derive(Debug)]
pub struct BannerSorter;

impl Sorter<BannerScene> for BannerSorter {
    fn key(&self, cx: &Context<BannerScene>, banner: &BannerMaterial) -> SortKey {
        rank(cx.items(), banner, order)
    }
}
