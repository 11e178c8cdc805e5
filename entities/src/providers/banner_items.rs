//! The list of an engine over banners.

use live_pack_dal::model::BannerMaterial;
use live_pack_engine::{Context, Items, Reads, TaskResult};

use super::BannerMaterials;
use crate::scene::BannerScene;

/// All banners that were booked; none where nobody was asked.
#[derive(Debug)]
pub struct BannerItems;

impl Items<BannerScene> for BannerItems {
    fn reads(&self) -> Reads {
        Reads::none().maybe::<BannerMaterials>()
    }

    fn items(&self, cx: &Context<BannerScene>) -> TaskResult<BannerScene, Vec<BannerMaterial>> {
        Ok(cx.maybe::<BannerMaterials>().done().map(|banners| banners.0.to_vec()).unwrap_or_default())
    }
}
