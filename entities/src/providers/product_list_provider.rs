//! The bag as the host arranged it.

use std::sync::Arc;

use live_pack_dal::model::Bag;
use live_pack_engine::{Context, Stage, Task, TaskResult};

use crate::{
    questions::BagOf,
    scene::{Ask as _, LiveScene},
};

/// The bag.
#[derive(Debug, Clone)]
pub struct ProductList(pub Arc<Bag>);

/// Calls D1 `GetRoomProducts`, once per request.
#[derive(Debug)]
pub struct ProductListProvider;

impl<S: LiveScene> Task<S> for ProductListProvider {
    type Output = ProductList;
    type Input<'a> = ();
    const STAGE: Stage = Stage::Providers;

    async fn run(&self, cx: &Context<S>, (): ()) -> TaskResult<S, ProductList> {
        let request = cx.request();
        Ok(ProductList(request.ask(BagOf(request.room_id), cx.shared_call()).await?))
    }
}
