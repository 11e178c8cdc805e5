//! Where the pictures of the page are.

use live_pack_dal::{FastStr, Lookup};
use live_pack_engine::{Context, Importance, Reads, Stage, SyncTask, TaskResult};

use super::ProductModels;
use crate::scene::BagScene;

/// The addresses of the cover of each product of the page, small one first; empty where the product is not known.
#[derive(Debug)]
pub struct Covers(pub Vec<Vec<FastStr>>);

/// Makes addresses of the covers.
#[derive(Debug)]
pub struct ImageLoader;

impl SyncTask<BagScene> for ImageLoader {
    type Output = Covers;
    const STAGE: Stage = Stage::Loaders;

    fn reads(&self) -> Reads {
        Reads::none().need::<ProductModels>()
    }

    fn importance(&self) -> Importance {
        Importance::High
    }

    fn run(&self, cx: &Context<BagScene>) -> TaskResult<BagScene, Covers> {
        let request = cx.request();
        let (images, group) = (&request.resident.images, request.viewer.route_group);
        let models = &cx.need::<ProductModels>()?.0;
        let urls = |model: &Lookup<std::sync::Arc<live_pack_dal::model::ProductModel>>| {
            model.found().map(|model| images.urls(group, &model.cover.uri)).unwrap_or_default()
        };
        Ok(Covers(models.iter().map(urls).collect()))
    }
}
