//! Prices of the products of the page, before any activity.

use std::sync::Arc;

use live_pack_dal::{Lookup, model::ProductPrice};
use live_pack_engine::{Column, Context, Page, Stage, Task, TaskResult};

use super::ids;
use crate::scene::{Ask as _, BagScene};

/// One answer for each product of the page.
#[derive(Debug)]
pub struct ProductPrices(pub Column<Lookup<Arc<ProductPrice>>>);

/// Calls D4 `MGetProductPrice`.
#[derive(Debug)]
pub struct ProductPriceLoader;

impl Task<BagScene> for ProductPriceLoader {
    type Output = ProductPrices;
    type Input<'a> = Page<'a, BagScene>;
    const STAGE: Stage = Stage::Loaders;

    async fn run(&self, cx: &Context<BagScene>, page: Page<'_, BagScene>) -> TaskResult<BagScene, ProductPrices> {
        let dal = &cx.request().resident.dal;
        Ok(ProductPrices(page.column(dal.prices(&cx.call(), &ids(page)).await?)?))
    }
}
