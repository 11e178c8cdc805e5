//! May this viewer buy the products of the page? For a guest the answer depends on the region only.

use std::sync::Arc;

use live_pack_dal::{Lookup, model::Buyable};
use live_pack_engine::{Context, Importance, Reads, Stage, Task, TaskResult};

use super::page_ids;
use crate::scene::{Ask as _, BagScene};

/// One answer a product of the page.
#[derive(Debug)]
pub struct TradeChain(pub Vec<Lookup<Arc<Buyable>>>);

/// Asks D9 `MCheckBuyable`.
#[derive(Debug)]
pub struct TradeChainLoader;

impl Task<BagScene> for TradeChainLoader {
    type Output = TradeChain;
    const STAGE: Stage = Stage::Loaders;

    fn reads(&self) -> Reads {
        Reads::none().page()
    }

    fn importance(&self) -> Importance {
        Importance::High
    }

    async fn run(&self, cx: &Context<BagScene>) -> TaskResult<BagScene, TradeChain> {
        let dal = &cx.request().resident.dal;
        Ok(TradeChain(dal.buyable(&cx.call(), cx.request().room_id, &page_ids(cx)).await?))
    }
}
