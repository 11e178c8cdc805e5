//! Product data that decide whether a product of the creator's profile is shown.

use live_pack_engine::{Context, NeedRun, Stage, Task, TaskResult};

use super::{ProductList, ProductStatuses};
use crate::scene::{Ask as _, BagScene};

/// Calls D2 `MGetProductLite` for the products of the profile in one call. Registered as
/// `ProductStatusProvider`, as for the bag.
#[derive(Debug)]
pub struct ShowcaseStatusProvider;

impl Task<BagScene> for ShowcaseStatusProvider {
    type Output = ProductStatuses;
    type Input<'a> = &'a ProductList;
    const STAGE: Stage = Stage::Providers;

    fn need_run(&self, _cx: &Context<BagScene>, showcase: &&ProductList) -> NeedRun {
        if showcase.0.entries.is_empty() { NeedRun::Skip("nothing_on_the_profile") } else { NeedRun::Run }
    }

    async fn run(
        &self,
        cx: &Context<BagScene>,
        ProductList(showcase): &ProductList,
    ) -> TaskResult<BagScene, ProductStatuses> {
        let request = cx.request();
        Ok(ProductStatuses(request.resident.dal.bag_status(&cx.early_call(), showcase).await?))
    }
}
