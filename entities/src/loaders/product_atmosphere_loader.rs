//! Atmosphere facts about the products of the page.

use std::sync::Arc;

use live_pack_dal::{config::Feature, model::ProductPrice};
use live_pack_engine::{Column, Context, Inputs, Maybe, NeedRun, Page, Row, Stage, Task, TaskResult};
use smallvec::SmallVec;

use super::{ProductDetails, ProductPrices};
use crate::{
    item::BagItem,
    rules::atmosphere::{AtmosphereFact, AtmosphereInput, facts},
    scene::BagScene,
};

/// Atmosphere facts, one entry for each product of the page.
///
/// "Lowest in 30 days" is a candidate if the price service provides such a price; the price converter decides
/// whether it holds at the effective price.
#[derive(Debug)]
pub struct Atmospheres(pub Column<SmallVec<[AtmosphereFact; 4]>>);

/// Applies the rules to detail, price and status; missing data give no facts.
#[derive(Debug)]
pub struct ProductAtmosphereLoader;

/// Inputs of [`ProductAtmosphereLoader`].
#[derive(Debug, Inputs)]
pub struct AtmosphereInputs<'a> {
    page: Page<'a, BagScene>,
    details: Maybe<'a, ProductDetails>,
    prices: Maybe<'a, ProductPrices>,
}

impl Task<BagScene> for ProductAtmosphereLoader {
    type Output = Atmospheres;
    type Input<'a> = AtmosphereInputs<'a>;
    const STAGE: Stage = Stage::Loaders;
    const WAITS: bool = false;

    fn need_run(&self, cx: &Context<BagScene>, _input: &AtmosphereInputs<'_>) -> NeedRun {
        cx.request().need(Feature::Atmosphere)
    }

    async fn run(&self, cx: &Context<BagScene>, input: AtmosphereInputs<'_>) -> TaskResult<BagScene, Atmospheres> {
        let request = cx.request();
        let (details, prices) = (input.details.done(), input.prices.done());
        let of = |row: Row<'_, BagItem>| {
            let item = row.item;
            let detail = details.and_then(|details| details.0.of(row).found());
            let price = prices.and_then(|prices| prices.0.of(row).found());
            let input = AtmosphereInput {
                sold_count: detail.map(|detail| detail.sold_count),
                lowest_in_30_days: price.is_some_and(knows_lowest),
                stock: item.lite.map(|lite| lite.stock),
                listed_ms: item.lite.map_or(0, |lite| lite.listed_ms),
            };
            facts(&input, &request.conf.atmosphere, request.now_ms)
        };
        Ok(Atmospheres(input.page.map(of)))
    }
}

fn knows_lowest(price: &Arc<ProductPrice>) -> bool {
    price.skus.iter().any(|sku| sku.lowest_30d.is_some())
}
