//! Ratings, units sold and delivery options of the page.

use std::sync::Arc;

use live_pack_dal::{Lookup, model::ProductDetail};
use live_pack_engine::{Column, Context, Page, Stage, Task, TaskResult};

use super::ids;
use crate::scene::{Ask as _, BagScene};

/// One answer for each product of the page.
#[derive(Debug)]
pub struct ProductDetails(pub Column<Lookup<Arc<ProductDetail>>>);

/// Calls D3 `MGetProductDetail`.
#[derive(Debug)]
pub struct ProductDetailLoader;

impl Task<BagScene> for ProductDetailLoader {
    type Output = ProductDetails;
    type Input<'a> = Page<'a, BagScene>;
    const STAGE: Stage = Stage::Loaders;

    async fn run(&self, cx: &Context<BagScene>, page: Page<'_, BagScene>) -> TaskResult<BagScene, ProductDetails> {
        let dal = &cx.request().resident.dal;
        Ok(ProductDetails(page.column(dal.details(&cx.call(), &ids(page)).await?)?))
    }
}
