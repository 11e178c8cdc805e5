//! The shops behind the products of the page.

use std::sync::Arc;

use live_pack_dal::{Lookup, model::Seller};
use live_pack_engine::{Context, Importance, Reads, Stage, Task, TaskResult};

use crate::scene::{Ask as _, BagScene};

/// One answer a product of the page.
#[derive(Debug)]
pub struct Sellers(pub Vec<Lookup<Arc<Seller>>>);

/// Asks D12 `MGetSeller`; many products of a page have one seller, the client asks for each once.
#[derive(Debug)]
pub struct SellerLoader;

impl Task<BagScene> for SellerLoader {
    type Output = Sellers;
    const STAGE: Stage = Stage::Loaders;

    fn reads(&self) -> Reads {
        Reads::none().page()
    }

    fn importance(&self) -> Importance {
        Importance::Low
    }

    async fn run(&self, cx: &Context<BagScene>) -> TaskResult<BagScene, Sellers> {
        let ids: Vec<i64> = cx.list().page().map(|item| item.lite.map_or(0, |lite| lite.seller_id)).collect();
        Ok(Sellers(cx.request().resident.dal.sellers(&cx.call(), &ids).await?))
    }
}
