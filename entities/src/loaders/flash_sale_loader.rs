//! Live stock of the flash sales of the page.

use live_pack_engine::{Context, NeedRun, Page, Stage, Task, TaskResult};

use crate::scene::{Ask as _, BagScene};

/// The live counters: (activity, units left), for activities that have one.
#[derive(Debug, Default)]
pub struct LiveStock(Vec<(i64, i32)>);

impl LiveStock {
    /// The units left of an activity; `None`: it has no live counter, so its own stock applies.
    #[must_use]
    pub fn left(&self, activity_id: i64) -> Option<i32> {
        self.0.iter().find(|(id, _)| *id == activity_id).map(|(_, left)| *left)
    }
}

/// Reads the live stock counters in Redis. An unavailable Redis is a loss of the request, not a failure of the task:
/// the stock of the activities replaces the counters.
#[derive(Debug)]
pub struct FlashSaleLoader;

impl Task<BagScene> for FlashSaleLoader {
    type Output = LiveStock;
    type Input<'a> = Page<'a, BagScene>;
    const STAGE: Stage = Stage::Loaders;

    fn need_run(&self, _cx: &Context<BagScene>, page: &Page<'_, BagScene>) -> NeedRun {
        let any = page.items().any(|item| item.sale.is_some());
        if any { NeedRun::Run } else { NeedRun::Skip("no_flash_sale_on_the_page") }
    }

    async fn run(&self, cx: &Context<BagScene>, page: Page<'_, BagScene>) -> TaskResult<BagScene, LiveStock> {
        let ids: Vec<i64> = page.items().filter_map(|item| Some(item.sale?.window.promotion_id)).collect();
        let call = cx.call();
        let counters = match cx.request().resident.dal.flash_stock(&call, &ids).await {
            Ok(counters) => counters,
            Err(error) if error.origin.is_redis() => {
                call.notes.lose_redis(error);
                return Ok(LiveStock::default());
            }
            Err(error) => return Err(error.into()),
        };
        Ok(LiveStock(ids.into_iter().zip(counters).filter_map(|(id, left)| Some((id, left?))).collect()))
    }
}
