//! URLs of the pictures of the page.

use live_pack_engine::{Context, Stage, Task, TaskResult};

use super::ProductModels;
use crate::scene::BagScene;

/// Covers have URLs.
#[derive(Debug)]
pub struct Covers(());

/// Enables URLs of the covers, which are built when a card is drawn. Without them a cover has its raw URI.
#[derive(Debug)]
pub struct ImageLoader;

impl Task<BagScene> for ImageLoader {
    type Output = Covers;
    type Input<'a> = &'a ProductModels;
    const STAGE: Stage = Stage::Loaders;
    const WAITS: bool = false;

    async fn run(&self, _cx: &Context<BagScene>, _models: &ProductModels) -> TaskResult<BagScene, Covers> {
        Ok(Covers(()))
    }
}
