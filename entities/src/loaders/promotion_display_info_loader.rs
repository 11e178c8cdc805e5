//! The activities on the products of the page.

use std::sync::Arc;

use live_pack_dal::{Lookup, model::ProductPromotions};
use live_pack_engine::{Column, Context, Page, Stage, Task, TaskResult};

use super::ids;
use crate::scene::{Ask as _, BagScene};

/// One answer for each product of the page, including flash sales even if they are switched off manually.
#[derive(Debug)]
pub struct Promotions(pub Column<Lookup<Arc<ProductPromotions>>>);

/// Calls D5 `RenderProductPromotions`.
#[derive(Debug)]
pub struct PromotionDisplayInfoLoader;

impl Task<BagScene> for PromotionDisplayInfoLoader {
    type Output = Promotions;
    type Input<'a> = Page<'a, BagScene>;
    const STAGE: Stage = Stage::Loaders;

    async fn run(&self, cx: &Context<BagScene>, page: Page<'_, BagScene>) -> TaskResult<BagScene, Promotions> {
        let request = cx.request();
        let found = request.resident.dal.promotions(&cx.call(), request.room_id, &ids(page)).await?;
        Ok(Promotions(page.column(found)?))
    }
}
