//! URLs of the pictures of the page.

use std::sync::Arc;

use live_pack_dal::{FastStr, Lookup, model::ProductModel};
use live_pack_engine::{Column, Context, Stage, Task, TaskResult};

use super::ProductModels;
use crate::scene::BagScene;

/// The URLs of the cover of each product of the page, small one first; empty for an unknown product.
#[derive(Debug)]
pub struct Covers(pub Column<Vec<FastStr>>);

/// Makes the URLs of the covers.
#[derive(Debug)]
pub struct ImageLoader;

impl Task<BagScene> for ImageLoader {
    type Output = Covers;
    type Input<'a> = &'a ProductModels;
    const STAGE: Stage = Stage::Loaders;
    const WAITS: bool = false;

    async fn run(&self, cx: &Context<BagScene>, ProductModels(models): &ProductModels) -> TaskResult<BagScene, Covers> {
        let request = cx.request();
        let (images, group) = (&request.resident.images, request.viewer.route_group);
        let urls = |model: &Lookup<Arc<ProductModel>>| {
            model.found().map(|model| images.urls(group, &model.cover.uri)).unwrap_or_default()
        };
        Ok(Covers(models.map(urls)))
    }
}
