//! When flash sales of the bag run: one light look at the whole bag, because the order depends on it.

use std::sync::Arc;

use live_pack_dal::{config::Feature, model::BagWindows};
use live_pack_engine::{Context, Importance, NeedRun, Reads, Stage, Task, TaskResult};

use super::ProductList;
use crate::scene::{Ask as _, LiveScene};

/// The flash sales of each line of the bag.
#[derive(Debug, Clone)]
pub struct FlashWindows(pub BagWindows);

/// Asks D5 `MGetFlashWindows` for the whole bag in one call, once a request.
#[derive(Debug)]
pub struct FlashWindowProvider;

impl<S: LiveScene> Task<S> for FlashWindowProvider {
    type Output = FlashWindows;
    const STAGE: Stage = Stage::Providers;

    fn reads(&self) -> Reads {
        Reads::none().need::<ProductList>()
    }

    fn need_run(&self, cx: &Context<S>) -> NeedRun {
        cx.request().need(Feature::FlashSale)
    }

    fn importance(&self) -> Importance {
        Importance::High
    }

    async fn run(&self, cx: &Context<S>) -> TaskResult<S, FlashWindows> {
        let request = cx.request();
        let bag = Arc::clone(&cx.need::<ProductList>()?.0);
        // a request may ask for the whole bag, for a part of it, and for it as it was a moment ago
        let key = (bag.room_id, bag.version, bag.whole);
        let fetch = || {
            let (resident, call) = (Arc::clone(&request.resident), cx.early_call());
            async move { resident.dal.bag_windows(&call, &bag).await }
        };
        Ok(FlashWindows(request.shared.once(key, fetch).await?))
    }
}
