//! The bag before entering: may be slightly older, but is available even right after a start of Live Pack.

use live_pack_engine::{Context, Stage, Task, TaskResult};

use super::ProductList;
use crate::{
    questions::PreviewBagOf,
    scene::{Ask as _, LiveScene},
};

/// Reads the two-level cache, or else calls D1 `GetRoomProducts`.
#[derive(Debug)]
pub struct PreviewProductProvider;

impl<S: LiveScene> Task<S> for PreviewProductProvider {
    type Output = ProductList;
    type Input<'a> = ();
    const STAGE: Stage = Stage::Providers;

    async fn run(&self, cx: &Context<S>, (): ()) -> TaskResult<S, ProductList> {
        let request = cx.request();
        Ok(ProductList(request.ask(PreviewBagOf(request.room_id), cx.shared_call()).await?))
    }
}
