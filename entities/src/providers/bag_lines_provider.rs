//! The bag, for an engine that can do without it.

use live_pack_dal::{DownstreamMethod, Error, ErrorKind};
use live_pack_engine::{Context, Stage, Task, TaskResult};
use tokio::time::timeout_at;

use super::ProductList;
use crate::{
    questions::BagOf,
    scene::{Ask as _, LiveScene},
};

/// Calls D1 `GetRoomProducts`, once per request; registered as `ProductListProvider`. It waits only while the loaders would
/// still have enough time; an engine of the same request that requires the bag may wait longer.
#[derive(Debug)]
pub struct BagLinesProvider;

impl<S: LiveScene> Task<S> for BagLinesProvider {
    type Output = ProductList;
    type Input<'a> = ();
    const STAGE: Stage = Stage::Providers;

    async fn run(&self, cx: &Context<S>, (): ()) -> TaskResult<S, ProductList> {
        let request = cx.request();
        let late = |_| Error {
            origin: DownstreamMethod::GetRoomProducts.into(),
            kind: ErrorKind::Timeout,
            detail: "no time left to wait for the bag".into(),
        };
        let bag = request.ask(BagOf(request.room_id), cx.shared_call());
        Ok(ProductList(timeout_at(request.early_deadline, bag).await.map_err(late)??))
    }
}
