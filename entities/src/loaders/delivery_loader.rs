//! Which products of the page are delivered for nothing.

use live_pack_dal::Lookup;
use live_pack_engine::{Context, Reads, Stage, SyncTask, TaskResult};

use super::ProductDetails;
use crate::scene::BagScene;

/// Whether a way of delivery costs nothing, one a product of the page.
#[derive(Debug)]
pub struct Delivery(pub Vec<bool>);

/// Reads the ways of delivery that the product details brought along.
#[derive(Debug)]
pub struct DeliveryLoader;

impl SyncTask<BagScene> for DeliveryLoader {
    type Output = Delivery;
    const STAGE: Stage = Stage::Loaders;

    fn reads(&self) -> Reads {
        Reads::none().need::<ProductDetails>()
    }

    fn run(&self, cx: &Context<BagScene>) -> TaskResult<BagScene, Delivery> {
        let details = &cx.need::<ProductDetails>()?.0;
        let free = |detail: &Lookup<_>| is_free(detail.found());
        Ok(Delivery(details.iter().map(free).collect()))
    }
}

fn is_free(detail: Option<&std::sync::Arc<live_pack_dal::model::ProductDetail>>) -> bool {
    detail.is_some_and(|detail| detail.delivery.iter().any(|option| option.free))
}
