//! What draws the cards of the page: names, pictures, variations.

use std::sync::Arc;

use live_pack_dal::{Lookup, model::ProductModel};
use live_pack_engine::{Context, Maybe, Reads, Stage, Strength, Task, TaskResult};

use super::page_ids;
use crate::scene::{Ask as _, BagScene};

/// One answer a product of the page.
#[derive(Debug)]
pub struct ProductModels(pub Vec<Lookup<Arc<ProductModel>>>);

impl ProductModels {
    /// One answer a product of the page. None at all where nothing was loaded, as for an empty bag: a product without a
    /// model has no card.
    #[must_use]
    pub fn of<'a>(models: Maybe<'a, Self>) -> &'a [Lookup<Arc<ProductModel>>] {
        models.done().map_or(&[], |models| &models.0)
    }
}

/// Asks D2 `MGetProductModel`.
#[derive(Debug)]
pub struct ProductModelLoader;

impl Task<BagScene> for ProductModelLoader {
    type Output = ProductModels;
    const STAGE: Stage = Stage::Loaders;

    fn reads(&self) -> Reads {
        Reads::none().page()
    }

    fn strength(&self, _cx: &Context<BagScene>) -> Strength {
        Strength::Strong
    }

    async fn run(&self, cx: &Context<BagScene>) -> TaskResult<BagScene, ProductModels> {
        let dal = &cx.request().resident.dal;
        Ok(ProductModels(dal.models(&cx.call(), &page_ids(cx)).await?))
    }
}
