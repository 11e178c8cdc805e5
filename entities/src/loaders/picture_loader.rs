//! URLs of pictures whose URIs are in the items of the list.

use live_pack_dal::FastStr;
use live_pack_engine::{Context, Inputs, Maybe, Stage, Task, TaskResult};

use crate::{request::LiveRequest, scene::LiveScene};

/// Pictures have URLs.
#[derive(Debug)]
pub struct Pictures(());

/// Whether pictures have URLs, as an input of tasks that draw them.
#[derive(Debug, Clone, Copy, Inputs)]
pub struct PictureUrls<'a>(Maybe<'a, Pictures>);

impl PictureUrls<'_> {
    /// The URLs of a picture, the small one first; the raw URI if they are not available.
    #[must_use]
    pub fn of(self, request: &LiveRequest, uri: &FastStr) -> Vec<FastStr> {
        match self.0.done() {
            Some(Pictures(())) => request.resident.images.urls(request.viewer.route_group, uri),
            None => vec![uri.clone()],
        }
    }
}

/// Enables URLs of pictures, which are built when they are drawn. Registered as `ImageLoader`, as for products.
#[derive(Debug)]
pub struct PictureLoader;

impl<S: LiveScene> Task<S> for PictureLoader {
    type Output = Pictures;
    type Input<'a> = ();
    const STAGE: Stage = Stage::Loaders;
    const WAITS: bool = false;

    async fn run(&self, _cx: &Context<S>, (): ()) -> TaskResult<S, Pictures> {
        Ok(Pictures(()))
    }
}
