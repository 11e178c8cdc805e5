//! Where the pictures are that the items of the list name themselves.

use live_pack_dal::FastStr;
use live_pack_engine::{Context, Stage, SyncTask, TaskResult};

use crate::scene::LiveScene;

/// Pictures have addresses.
#[derive(Debug)]
pub struct Pictures(());

impl Pictures {
    /// The addresses of a picture, small one first; the raw URI where they could not be had.
    #[must_use]
    pub fn urls<S: LiveScene>(cx: &Context<S>, uri: &FastStr) -> Vec<FastStr> {
        match cx.maybe::<Self>().done() {
            Some(Self(())) => cx.request().resident.images.urls(cx.request().viewer.route_group, uri),
            None => vec![uri.clone()],
        }
    }
}

/// Says that pictures have addresses; they are made where they are drawn. To operators this is `ImageLoader`, as for
/// products.
#[derive(Debug)]
pub struct PictureLoader;

impl<S: LiveScene> SyncTask<S> for PictureLoader {
    type Output = Pictures;
    const STAGE: Stage = Stage::Loaders;

    fn name(&self) -> &'static str {
        "ImageLoader"
    }

    fn run(&self, _cx: &Context<S>) -> TaskResult<S, Pictures> {
        Ok(Pictures(()))
    }
}
