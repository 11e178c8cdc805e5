//! The bag as it is shown before entering: a little older, and at hand where Live Pack has just started.

use std::sync::Arc;

use live_pack_engine::{Context, Stage, Strength, Task, TaskResult};

use super::ProductList;
use crate::scene::{Ask as _, LiveScene};

/// Asks the two-level cache, else D1 `GetRoomProducts`.
#[derive(Debug)]
pub struct PreviewProductProvider;

impl<S: LiveScene> Task<S> for PreviewProductProvider {
    type Output = ProductList;
    const STAGE: Stage = Stage::Providers;

    fn strength(&self, _cx: &Context<S>) -> Strength {
        Strength::Strong
    }

    async fn run(&self, cx: &Context<S>) -> TaskResult<S, ProductList> {
        let request = cx.request();
        let room_id = request.room_id;
        let fetch = || {
            let (resident, call) = (Arc::clone(&request.resident), cx.shared_call());
            async move { resident.dal.preview_bag(&call, room_id).await }
        };
        // another bag than that of `ProductListProvider`, which may run beside for the same room
        Ok(ProductList(request.shared.once(("preview", room_id), fetch).await?))
    }
}
