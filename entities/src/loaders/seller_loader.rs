//! The shops behind the items of the page.

use std::sync::Arc;

use live_pack_dal::{
    Lookup,
    model::{Auction, Seller},
};
use live_pack_engine::{Context, Importance, Reads, Stage, Task, TaskResult};

use crate::{
    item::BagItem,
    scene::{Ask as _, LiveScene},
};

/// One answer for each item of the page.
#[derive(Debug)]
pub struct Sellers(pub Vec<Lookup<Arc<Seller>>>);

/// An item that somebody sells.
pub trait Sold {
    /// The seller; 0: not known.
    fn seller_id(&self) -> i64;
}

impl Sold for BagItem {
    fn seller_id(&self) -> i64 {
        self.lite.map_or(0, |lite| lite.seller_id)
    }
}

impl Sold for Auction {
    fn seller_id(&self) -> i64 {
        self.seller_id
    }
}

/// Asks D12 `MGetSeller`; many items of a page have one seller, the client asks for each once.
#[derive(Debug)]
pub struct SellerLoader;

impl<S: LiveScene> Task<S> for SellerLoader
where
    S::Item: Sold,
{
    type Output = Sellers;
    const STAGE: Stage = Stage::Loaders;

    fn reads(&self) -> Reads {
        Reads::none().page()
    }

    fn importance(&self) -> Importance {
        Importance::Low
    }

    async fn run(&self, cx: &Context<S>) -> TaskResult<S, Sellers> {
        let ids: Vec<i64> = cx.list().page().map(Sold::seller_id).collect();
        Ok(Sellers(cx.request().resident.dal.sellers(&cx.call(), &ids).await?))
    }
}
