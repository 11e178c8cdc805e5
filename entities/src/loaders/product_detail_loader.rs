//! Ratings, units sold and ways of delivery of the page.

use std::sync::Arc;

use live_pack_dal::{Lookup, model::ProductDetail};
use live_pack_engine::{Context, Importance, Reads, Stage, Task, TaskResult};

use super::page_ids;
use crate::scene::{Ask as _, BagScene};

/// One answer a product of the page.
#[derive(Debug)]
pub struct ProductDetails(pub Vec<Lookup<Arc<ProductDetail>>>);

/// Asks D3 `MGetProductDetail`.
#[derive(Debug)]
pub struct ProductDetailLoader;

impl Task<BagScene> for ProductDetailLoader {
    type Output = ProductDetails;
    const STAGE: Stage = Stage::Loaders;

    fn reads(&self) -> Reads {
        Reads::none().page()
    }

    fn importance(&self) -> Importance {
        Importance::Low
    }

    async fn run(&self, cx: &Context<BagScene>) -> TaskResult<BagScene, ProductDetails> {
        let dal = &cx.request().resident.dal;
        Ok(ProductDetails(dal.details(&cx.call(), &page_ids(cx)).await?))
    }
}
