//! Product models for the cards of the page: names, pictures, variations.

use std::sync::Arc;

use live_pack_dal::{Lookup, model::ProductModel};
use live_pack_engine::{Column, Context, Page, Stage, Task, TaskResult};

use super::ids;
use crate::scene::{Ask as _, BagScene};

/// One answer for each product of the page.
#[derive(Debug)]
pub struct ProductModels(pub Column<Lookup<Arc<ProductModel>>>);

/// Calls D2 `MGetProductModel`.
#[derive(Debug)]
pub struct ProductModelLoader;

impl Task<BagScene> for ProductModelLoader {
    type Output = ProductModels;
    type Input<'a> = Page<'a, BagScene>;
    const STAGE: Stage = Stage::Loaders;

    async fn run(&self, cx: &Context<BagScene>, page: Page<'_, BagScene>) -> TaskResult<BagScene, ProductModels> {
        let dal = &cx.request().resident.dal;
        Ok(ProductModels(page.column(dal.models(&cx.call(), &ids(page)).await?)?))
    }
}
