//! What of the page lies in the viewer's cart.

use live_pack_dal::{config::Feature, model::CartContent};
use live_pack_engine::{Context, NeedRun, Reads, Stage, Task, TaskResult};

use super::page_ids;
use crate::scene::{Ask as _, BagScene};

/// The viewer's cart, as far as the page goes.
#[derive(Debug)]
pub struct CartInfo(pub CartContent);

/// Asks D8 `MCheckInCart`. A guest has no cart.
#[derive(Debug)]
pub struct CartInfoLoader;

impl Task<BagScene> for CartInfoLoader {
    type Output = CartInfo;
    const STAGE: Stage = Stage::Loaders;

    fn reads(&self) -> Reads {
        Reads::none().page()
    }

    fn need_run(&self, cx: &Context<BagScene>) -> NeedRun {
        if cx.request().viewer.is_guest() { NeedRun::Skip("guest") } else { cx.request().need(Feature::Cart) }
    }

    async fn run(&self, cx: &Context<BagScene>) -> TaskResult<BagScene, CartInfo> {
        Ok(CartInfo(cx.request().resident.dal.cart_content(&cx.call(), &page_ids(cx)).await?))
    }
}
