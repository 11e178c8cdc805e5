//! The list of an engine over banners.

use live_pack_dal::model::BannerMaterial;
use live_pack_engine::{Context, ItemProvider, Maybe, TaskResult};

use super::BannerMaterials;
use crate::scene::BannerScene;

/// All booked banners; none if the service was not called.
#[derive(Debug)]
pub struct BannerItems;

impl ItemProvider<BannerScene> for BannerItems {
    type Input<'a> = Maybe<'a, BannerMaterials>;

    fn items(
        &self,
        _cx: &Context<BannerScene>,
        banners: Maybe<'_, BannerMaterials>,
    ) -> TaskResult<BannerScene, Vec<BannerMaterial>> {
        Ok(banners.done().map(|banners| banners.0.to_vec()).unwrap_or_default())
    }
}
