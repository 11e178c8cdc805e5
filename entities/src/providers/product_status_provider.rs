//! What decides whether a product stands: one light look at the whole bag.

use std::sync::Arc;

use live_pack_dal::model::BagStatus;
use live_pack_engine::{Context, Stage, TaskResult, typed::Task};

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
    type Input<'a> = &'a ProductList;
    const STAGE: Stage = Stage::Providers;

    async fn run(&self, cx: &Context<S>, ProductList(bag): &ProductList) -> TaskResult<S, ProductStatuses> {
        let request = cx.request();
        let bag = Arc::clone(bag);
        // a request may ask for the whole bag, for a part of it, and for it as it was a moment ago
        let key = (bag.room_id, bag.version, bag.whole);
        let fetch = || {
            let (resident, call) = (Arc::clone(&request.resident), cx.shared_call());
            async move { resident.dal.bag_status(&call, &bag).await }
        };
        Ok(ProductStatuses(request.shared.once(key, fetch).await?))
    }
}
