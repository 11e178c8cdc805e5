//! The activities on the products of the page.

use std::sync::Arc;

use live_pack_dal::{Lookup, model::ProductPromotions};
use live_pack_engine::{Context, Reads, Stage, Task, TaskResult};

use super::page_ids;
use crate::scene::{Ask as _, BagScene};

/// One answer a product of the page.
#[derive(Debug)]
pub struct Promotions(pub Vec<Lookup<Arc<ProductPromotions>>>);

/// Asks D5 `RenderProductPromotions`.
#[derive(Debug)]
pub struct PromotionDisplayInfoLoader;

impl Task<BagScene> for PromotionDisplayInfoLoader {
    type Output = Promotions;
    const STAGE: Stage = Stage::Loaders;

    fn reads(&self) -> Reads {
        Reads::none().page()
    }

    async fn run(&self, cx: &Context<BagScene>) -> TaskResult<BagScene, Promotions> {
        let dal = &cx.request().resident.dal;
        Ok(Promotions(dal.promotions(&cx.call(), cx.request().room_id, &page_ids(cx)).await?))
    }
}
