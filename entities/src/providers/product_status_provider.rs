//! What decides whether a product stands: one light look at the whole bag.

use std::sync::Arc;

use live_pack_dal::model::BagStatus;
use live_pack_engine::{Context, Reads, Stage, Strength, Task, TaskResult};

use super::ProductList;
use crate::scene::{Ask as _, LiveScene};

/// The light form of each line of the bag.
#[derive(Debug, Clone)]
pub struct ProductStatuses(pub BagStatus);

/// Asks D2 `MGetProductLite` for the whole bag in one call, once a request.
#[derive(Debug)]
pub struct ProductStatusProvider;

impl<S: LiveScene> Task<S> for ProductStatusProvider {
    type Output = ProductStatuses;
    const STAGE: Stage = Stage::Providers;

    fn reads(&self) -> Reads {
        Reads::none().need::<ProductList>()
    }

    fn strength(&self, _cx: &Context<S>) -> Strength {
        Strength::Strong
    }

    async fn run(&self, cx: &Context<S>) -> TaskResult<S, ProductStatuses> {
        let request = cx.request();
        let bag = Arc::clone(&cx.need::<ProductList>()?.0);
        // a request may ask for the whole bag, for a part of it, and for it as it was a moment ago
        let key = (bag.room_id, bag.version, bag.whole);
        let fetch = || {
            let (resident, call) = (Arc::clone(&request.resident), cx.shared_call());
            async move { resident.dal.bag_status(&call, &bag).await }
        };
        Ok(ProductStatuses(request.shared.once(key, fetch).await?))
    }
}
