//! The shops behind the items of the page.

use std::sync::Arc;

use live_pack_dal::{
    Lookup,
    model::{Auction, Seller},
};
use live_pack_engine::{Column, Context, Page, Stage, Task, TaskResult};

use crate::{
    item::BagItem,
    scene::{Ask as _, LiveScene},
};

/// The sellers shown by an engine.
#[derive(Debug)]
pub struct Sellers {
    /// One answer for each item of the page.
    pub of_page: Column<Lookup<Arc<Seller>>>,
    /// The seller of the creator's own shop; `None` if it is not requested, unknown, or not available.
    pub own_shop: Option<Arc<Seller>>,
}

/// An item with a seller.
pub trait Sold {
    /// The seller; 0: unknown.
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

/// Calls D12 `MGetSeller`; many items of a page share a seller, which the client requests once.
#[derive(Debug)]
pub struct SellerLoader;

impl<S: LiveScene> Task<S> for SellerLoader
where
    S::Item: Sold,
{
    type Output = Sellers;
    type Input<'a> = Page<'a, S>;
    const STAGE: Stage = Stage::Loaders;

    async fn run(&self, cx: &Context<S>, page: Page<'_, S>) -> TaskResult<S, Sellers> {
        let ids: Vec<i64> = page.items().map(Sold::seller_id).collect();
        let found = cx.request().resident.dal.sellers(&cx.call(), &ids).await?;
        Ok(Sellers { of_page: page.column(found)?, own_shop: None })
    }
}
