//! Product data that decide whether a product is shown: lightweight data of the whole bag.

use std::sync::Arc;

use live_pack_dal::model::BagStatus;
use live_pack_engine::{Context, Stage, Task, TaskResult};

use super::ProductList;
use crate::{
    questions::{Lines, StatusOf},
    scene::{Ask as _, LiveScene},
};

/// The lightweight form of each line of the bag.
#[derive(Debug, Clone)]
pub struct ProductStatuses(pub BagStatus);

/// Calls D2 `MGetProductLite` for the whole bag in one call, once per request.
#[derive(Debug)]
pub struct ProductStatusProvider;

impl<S: LiveScene> Task<S> for ProductStatusProvider {
    type Output = ProductStatuses;
    type Input<'a> = &'a ProductList;
    const STAGE: Stage = Stage::Providers;

    async fn run(&self, cx: &Context<S>, ProductList(bag): &ProductList) -> TaskResult<S, ProductStatuses> {
        let question = StatusOf(Lines(Arc::clone(bag)));
        Ok(ProductStatuses(cx.request().ask(question, cx.shared_call()).await?))
    }
}
