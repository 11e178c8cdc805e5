//! What is remarkable about the products of the page.

use std::sync::Arc;

use live_pack_dal::{Lookup, config::Feature, model::ProductPrice};
use live_pack_engine::{Context, Importance, NeedRun, Reads, Stage, SyncTask, TaskResult};
use smallvec::SmallVec;

use super::{ProductDetails, ProductPrices};
use crate::{
    rules::atmosphere::{AtmosphereFact, AtmosphereInput, facts},
    scene::BagScene,
};

/// What is remarkable, one entry a product of the page.
///
/// "Lowest in 30 days" is a candidate wherever the price service knows such a price; whether it holds is for the one who
/// works out the effective price.
#[derive(Debug)]
pub struct Atmospheres(pub Vec<SmallVec<[AtmosphereFact; 4]>>);

/// Rules over detail, price and status; what could not be had says nothing.
#[derive(Debug)]
pub struct ProductAtmosphereLoader;

impl SyncTask<BagScene> for ProductAtmosphereLoader {
    type Output = Atmospheres;
    const STAGE: Stage = Stage::Loaders;

    fn reads(&self) -> Reads {
        Reads::none().page().maybe::<ProductDetails>().maybe::<ProductPrices>()
    }

    fn need_run(&self, cx: &Context<BagScene>) -> NeedRun {
        cx.request().need(Feature::Atmosphere)
    }

    fn importance(&self) -> Importance {
        Importance::Low
    }

    fn run(&self, cx: &Context<BagScene>) -> TaskResult<BagScene, Atmospheres> {
        let request = cx.request();
        let (details, prices) = (cx.maybe::<ProductDetails>().done(), cx.maybe::<ProductPrices>().done());
        let of = |(index, item): (usize, &crate::item::BagItem)| {
            let detail = details.and_then(|details| details.0.get(index)?.found());
            let price = prices.and_then(|prices| prices.0.get(index)).and_then(Lookup::found);
            let input = AtmosphereInput {
                sold_count: detail.map(|detail| detail.sold_count),
                lowest_in_30_days: price.is_some_and(knows_lowest),
                stock: item.lite.map(|lite| lite.stock),
                listed_ms: item.lite.map_or(0, |lite| lite.listed_ms),
            };
            facts(&input, &request.conf.atmosphere, request.now_ms)
        };
        Ok(Atmospheres(cx.list().page().enumerate().map(of).collect()))
    }
}

fn knows_lowest(price: &Arc<ProductPrice>) -> bool {
    price.skus.iter().any(|sku| sku.lowest_30d.is_some())
}
