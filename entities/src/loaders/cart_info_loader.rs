//! The products of the page in the viewer's cart.

use live_pack_dal::{config::Feature, model::CartContent};
use live_pack_engine::{Context, NeedRun, Page, Stage, Task, TaskResult};

use super::ids;
use crate::scene::{Ask as _, BagScene};

/// The part of the viewer's cart with products of the page.
#[derive(Debug)]
pub struct CartInfo(pub CartContent);

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
        Ok(CartInfo(cx.request().resident.dal.cart_content(&cx.call(), &ids(page)).await?))
    }
}
