//! Free delivery of the products of the page.

use std::sync::Arc;

use live_pack_dal::{Lookup, model::ProductDetail};
use live_pack_engine::{Column, Context, Stage, Task, TaskResult};

use super::ProductDetails;
use crate::scene::BagScene;

/// Whether delivery is free, for each product of the page.
#[derive(Debug)]
pub struct Delivery(pub Column<bool>);

/// Uses the delivery options in the product details.
#[derive(Debug)]
pub struct DeliveryLoader;

impl Task<BagScene> for DeliveryLoader {
    type Output = Delivery;
    type Input<'a> = &'a ProductDetails;
    const STAGE: Stage = Stage::Loaders;
    const WAITS: bool = false;

    async fn run(
        &self,
        _cx: &Context<BagScene>,
        ProductDetails(details): &ProductDetails,
    ) -> TaskResult<BagScene, Delivery> {
        Ok(Delivery(details.map(is_free)))
    }
}

fn is_free(detail: &Lookup<Arc<ProductDetail>>) -> bool {
    detail.found().is_some_and(|detail| detail.delivery.iter().any(|option| option.free))
}
