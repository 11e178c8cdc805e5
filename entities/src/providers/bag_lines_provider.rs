//! The bag, for an engine that can do without it.

use live_pack_dal::{Downstream, Error, ErrorKind};
use live_pack_engine::{Context, Stage, Task, TaskResult};
use tokio::time::timeout_at;

use super::{ProductList, product_list_provider::bag};
use crate::scene::{Ask as _, LiveScene};

/// Asks D1 `GetRoomProducts`, once a request, as `ProductListProvider` does, which it is to operators. It waits only as long
/// as leaves the loaders their time; an engine of the same request that cannot do without the bag may wait for it longer.
#[derive(Debug)]
pub struct BagLinesProvider;

impl<S: LiveScene> Task<S> for BagLinesProvider {
    type Output = ProductList;
    const STAGE: Stage = Stage::Providers;

    fn name(&self) -> &'static str {
        "ProductListProvider"
    }

    async fn run(&self, cx: &Context<S>) -> TaskResult<S, ProductList> {
        let request = cx.request();
        let late = |_| Error {
            downstream: Downstream::ProductRelation,
            method: "GetRoomProducts",
            kind: ErrorKind::Timeout,
            detail: "no time was left to wait for the bag".into(),
        };
        Ok(ProductList(timeout_at(request.early_deadline, bag(request, cx.shared_call())).await.map_err(late)??))
    }
}
