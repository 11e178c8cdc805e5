//! The products of the page in the viewer's cart.

use std::sync::Arc;

use live_pack_dal::{Dal, config::Feature, model::CartContent};
use live_pack_engine::{Context, NeedRun, Page, Stage, Task, TaskResult};

use super::{ids, page_ids, with_the_page};
use crate::{
    questions::CartOf,
    scene::{Ask as _, BagScene},
};

/// The part of the viewer's cart with products of the page.
#[derive(Debug)]
pub struct CartInfo(pub Arc<CartContent>);

/// Calls D8 `MCheckInCart`. A guest has no cart.
#[derive(Debug)]
pub struct CartInfoLoader;

impl Task<BagScene> for CartInfoLoader {
    type Output = CartInfo;
    type Input<'a> = Page<'a, BagScene>;
    const STAGE: Stage = Stage::Loaders;

    fn need_run(&self, cx: &Context<BagScene>, _page: &Page<'_, BagScene>) -> NeedRun {
        if cx.request().viewer.is_guest() { NeedRun::Skip("guest") } else { cx.request().need(Feature::Cart) }
    }

    async fn run(&self, cx: &Context<BagScene>, page: Page<'_, BagScene>) -> TaskResult<BagScene, CartInfo> {
        cart(cx, page, page_ids(cx, page)).await
    }
}

/// The same for the pinned product, from the call for the page if the product is on it.
#[derive(Debug)]
pub struct PinnedCartInfoLoader;

impl Task<BagScene> for PinnedCartInfoLoader {
    type Output = CartInfo;
    type Input<'a> = Page<'a, BagScene>;
    const STAGE: Stage = Stage::Loaders;

    fn need_run(&self, cx: &Context<BagScene>, page: &Page<'_, BagScene>) -> NeedRun {
        CartInfoLoader.need_run(cx, page)
    }

    async fn run(&self, cx: &Context<BagScene>, page: Page<'_, BagScene>) -> TaskResult<BagScene, CartInfo> {
        cart(cx, page, with_the_page(cx, page).await).await
    }
}

/// The answer to a call for `asked`, evaluated for the products of the page.
async fn cart(cx: &Context<BagScene>, page: Page<'_, BagScene>, asked: Arc<[i64]>) -> TaskResult<BagScene, CartInfo> {
    let content = cx.request().ask(CartOf(asked), cx.call()).await?;
    Dal::judge_cart(&cx.call(), &ids(page), &content)?;
    Ok(CartInfo(content))
}
