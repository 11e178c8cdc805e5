//! Whether this viewer may buy the products of the page. For a guest the answer depends on the region only.

use std::sync::Arc;

use live_pack_dal::{Lookup, model::Buyable};
use live_pack_engine::{Column, Context, Page, Stage, Task, TaskResult};

use super::ids;
use crate::scene::{Ask as _, BagScene};

/// One answer for each product of the page.
#[derive(Debug)]
pub struct TradeChain(pub Column<Lookup<Arc<Buyable>>>);

/// Calls D9 `MCheckBuyable`.
#[derive(Debug)]
pub struct TradeChainLoader;

impl Task<BagScene> for TradeChainLoader {
    type Output = TradeChain;
    type Input<'a> = Page<'a, BagScene>;
    const STAGE: Stage = Stage::Loaders;

    async fn run(&self, cx: &Context<BagScene>, page: Page<'_, BagScene>) -> TaskResult<BagScene, TradeChain> {
        let dal = &cx.request().resident.dal;
        let buyable = dal.buyable(&cx.call(), cx.request().room_id, &ids(page)).await?;
        Ok(TradeChain(page.column(buyable)?))
    }
}
