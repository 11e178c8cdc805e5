//! Number of products in the viewer's cart.

use live_pack_dal::config::Feature;
use live_pack_engine::{Context, NeedRun, Page, Stage, Task, TaskResult};

use crate::scene::{Ask as _, RoomScene};

/// Number of different products in the viewer's cart.
#[derive(Debug)]
pub struct CartCount(pub i32);

/// Calls D8 `GetCartCount`. A guest has no cart.
#[derive(Debug)]
pub struct CartInfoLoader;

impl Task<RoomScene> for CartInfoLoader {
    type Output = CartCount;
    type Input<'a> = Page<'a, RoomScene>;
    const STAGE: Stage = Stage::Loaders;

    fn need_run(&self, cx: &Context<RoomScene>, _page: &Page<'_, RoomScene>) -> NeedRun {
        if cx.request().viewer.is_guest() { NeedRun::Skip("guest") } else { cx.request().need(Feature::Cart) }
    }

    async fn run(&self, cx: &Context<RoomScene>, _page: Page<'_, RoomScene>) -> TaskResult<RoomScene, CartCount> {
        Ok(CartCount(cx.request().resident.dal.cart_count(&cx.call()).await?))
    }
}
