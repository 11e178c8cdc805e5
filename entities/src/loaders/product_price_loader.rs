//! What the products of the page cost before any activity.

use std::sync::Arc;

use live_pack_dal::{Lookup, model::ProductPrice};
use live_pack_engine::{Context, Reads, Stage, Strength, Task, TaskResult};

use super::page_ids;
use crate::scene::{Ask as _, BagScene};

/// One answer a product of the page.
#[derive(Debug)]
pub struct ProductPrices(pub Vec<Lookup<Arc<ProductPrice>>>);

/// Asks D4 `MGetProductPrice`.
#[derive(Debug)]
pub struct ProductPriceLoader;

impl Task<BagScene> for ProductPriceLoader {
    type Output = ProductPrices;
    const STAGE: Stage = Stage::Loaders;

    fn reads(&self) -> Reads {
        Reads::none().page()
    }

    fn strength(&self, _cx: &Context<BagScene>) -> Strength {
        Strength::Strong
    }

    async fn run(&self, cx: &Context<BagScene>) -> TaskResult<BagScene, ProductPrices> {
        let dal = &cx.request().resident.dal;
        Ok(ProductPrices(dal.prices(&cx.call(), &page_ids(cx)).await?))
    }
}
