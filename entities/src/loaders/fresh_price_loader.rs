//! Prices of the products of the page without the local cache: a shadow that measures how often the cache is stale.

use live_pack_dal::Call;
use live_pack_engine::{Context, Page, Stage, Task, TaskResult};

use super::{ProductPrices, ids};
use crate::scene::{Ask as _, BagScene};

/// Calls D4 `MGetProductPrice` again for a page that has been answered. Runs only as a shadow, for the share of viewers
/// set by configuration.
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
    /// Whether the page was drawn with the current prices.
    #[must_use]
    pub fn agrees(drawn: &ProductPrices, fresh: &ProductPrices) -> bool {
        drawn.0.iter().eq(fresh.0.iter())
    }
}
