//! Whether this viewer may buy the products of the page. For a guest the answer depends only on the region.

use std::sync::Arc;

use live_pack_dal::{Dal, Lookup, model::Buyable};
use live_pack_engine::{Column, Context, Page, Stage, Task, TaskResult};

use super::{ids, page_ids, with_the_page};
use crate::{
    questions::BuyableOf,
    scene::{Ask as _, BagScene},
};

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
        if cx.request().viewer.is_guest() {
            return of_a_guest(cx, page).await;
        }
        of_a_viewer(cx, page, page_ids(cx, page)).await
    }
}

/// The same for the pinned product, from the call for the page if the product is on it.
#[derive(Debug)]
pub struct PinnedTradeChainLoader;

impl Task<BagScene> for PinnedTradeChainLoader {
    type Output = TradeChain;
    type Input<'a> = Page<'a, BagScene>;
    const STAGE: Stage = Stage::Loaders;

    async fn run(&self, cx: &Context<BagScene>, page: Page<'_, BagScene>) -> TaskResult<BagScene, TradeChain> {
        if cx.request().viewer.is_guest() {
            return of_a_guest(cx, page).await;
        }
        of_a_viewer(cx, page, with_the_page(cx, page).await).await
    }
}

/// From the cache, which is cheaper than a shared call.
async fn of_a_guest(cx: &Context<BagScene>, page: Page<'_, BagScene>) -> TaskResult<BagScene, TradeChain> {
    let request = cx.request();
    let buyable = request.resident.dal.guest_buyable(&cx.call(), request.room_id, &ids(page)).await?;
    Ok(TradeChain(page.column(buyable)?))
}

/// The answer to a call for `asked`, evaluated for the products of the page.
async fn of_a_viewer(
    cx: &Context<BagScene>,
    page: Page<'_, BagScene>,
    asked: Arc<[i64]>,
) -> TaskResult<BagScene, TradeChain> {
    let answers = cx.request().ask(BuyableOf(cx.request().room_id, Arc::clone(&asked)), cx.call()).await?;
    let of = |id: &i64| {
        let found = asked.iter().position(|known| known == id).and_then(|at| answers.get(at));
        found.cloned().unwrap_or(Lookup::Failed)
    };
    let ids = ids(page);
    let buyable = if *asked == *ids { answers.to_vec() } else { ids.iter().map(of).collect() };
    Ok(TradeChain(page.column(Dal::judged_buyable(&cx.call(), &ids, buyable)?)?))
}
