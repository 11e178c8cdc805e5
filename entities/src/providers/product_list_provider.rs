//! The bag as the host arranged it.

use std::sync::Arc;

use live_pack_dal::{Call, Error, model::Bag};
use live_pack_engine::{Context, Stage, Strength, Task, TaskResult};

use crate::{
    request::LiveRequest,
    scene::{Ask as _, LiveScene},
};

/// The bag.
#[derive(Debug, Clone)]
pub struct ProductList(pub Arc<Bag>);

/// Asks D1 `GetRoomProducts`, once a request.
#[derive(Debug)]
pub struct ProductListProvider;

impl<S: LiveScene> Task<S> for ProductListProvider {
    type Output = ProductList;
    const STAGE: Stage = Stage::Providers;

    fn strength(&self, _cx: &Context<S>) -> Strength {
        Strength::Strong
    }

    async fn run(&self, cx: &Context<S>) -> TaskResult<S, ProductList> {
        Ok(ProductList(bag(cx.request(), cx.shared_call()).await?))
    }
}

/// The bag of the request's room: fetched once a request, with the `call` of whoever asks first.
///
/// # Errors
/// What D1 failed with.
pub(super) async fn bag(request: &LiveRequest, call: Call) -> Result<Arc<Bag>, Error> {
    let room_id = request.room_id;
    let fetch = || {
        let resident = Arc::clone(&request.resident);
        async move { resident.dal.bag(&call, room_id).await }
    };
    request.shared.once(room_id, fetch).await
}
