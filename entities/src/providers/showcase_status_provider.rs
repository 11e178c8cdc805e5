//! What decides whether a product of the creator's profile stands.

use std::sync::Arc;

use live_pack_engine::{Context, NeedRun, Reads, Stage, Task, TaskResult};

use super::{ProductList, ProductStatuses};
use crate::scene::{Ask as _, BagScene};

/// Asks D2 `MGetProductLite` for the products of the profile in one call. To operators this is `ProductStatusProvider`, as
/// for the bag.
#[derive(Debug)]
pub struct ShowcaseStatusProvider;

impl Task<BagScene> for ShowcaseStatusProvider {
    type Output = ProductStatuses;
    const STAGE: Stage = Stage::Providers;

    fn name(&self) -> &'static str {
        "ProductStatusProvider"
    }

    fn reads(&self) -> Reads {
        Reads::none().need::<ProductList>()
    }

    fn need_run(&self, cx: &Context<BagScene>) -> NeedRun {
        let empty = cx.maybe::<ProductList>().done().is_none_or(|showcase| showcase.0.entries.is_empty());
        if empty { NeedRun::Skip("nothing_on_the_profile") } else { NeedRun::Run }
    }

    async fn run(&self, cx: &Context<BagScene>) -> TaskResult<BagScene, ProductStatuses> {
        let request = cx.request();
        let showcase = Arc::clone(&cx.need::<ProductList>()?.0);
        Ok(ProductStatuses(request.resident.dal.bag_status(&cx.early_call(), &showcase).await?))
    }
}
