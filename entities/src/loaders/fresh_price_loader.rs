//! Prices of the products of the page, past the local cache: a shadow that finds out how often the cache is out of date.

use live_pack_dal::Call;
use live_pack_engine::{Context, Page, Stage, Task, TaskResult};

use super::{ProductPrices, ids};
use crate::scene::{Ask as _, BagScene};

/// Calls D4 `MGetProductPrice` again for a page that has been answered. Runs as a shadow only, for the share of viewers
/// that configuration sets.
#[derive(Debug)]
pub struct FreshPriceLoader;

impl Task<BagScene> for FreshPriceLoader {
    type Output = ProductPrices;
    type Input<'a> = Page<'a, BagScene>;
    const STAGE: Stage = Stage::Loaders;

    async fn run(&self, cx: &Context<BagScene>, page: Page<'_, BagScene>) -> TaskResult<BagScene, ProductPrices> {
        let dal = &cx.request().resident.dal;
        let call = Call { fresh: true, ..cx.call() };
        Ok(ProductPrices(page.column(dal.prices(&call, &ids(page)).await?)?))
    }
}

impl FreshPriceLoader {
    /// Whether the page was drawn with the prices of now.
    #[must_use]
    pub fn agrees(drawn: &ProductPrices, fresh: &ProductPrices) -> bool {
        drawn.0.iter().eq(fresh.0.iter())
    }
}
