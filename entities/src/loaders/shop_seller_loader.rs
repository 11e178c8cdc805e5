//! The shops behind the highlights of a creator's shop, and that shop itself.

use live_pack_engine::{Context, Page, Stage, Task, TaskResult};

use super::{Sellers, Sold};
use crate::{
    providers::CreatorInfo,
    rules::shop::approved,
    scene::{Ask as _, BagScene},
};

/// Calls D12 `MGetSeller` once for both. The creator's own approved shop, if there is one, comes after those of the
/// page. Registered as `SellerLoader`, as for the bag.
#[derive(Debug)]
pub struct ShopSellerLoader;

impl Task<BagScene> for ShopSellerLoader {
    type Output = Sellers;
    type Input<'a> = (Page<'a, BagScene>, &'a CreatorInfo);
    const STAGE: Stage = Stage::Loaders;

    async fn run(
        &self,
        cx: &Context<BagScene>,
        (page, creator): (Page<'_, BagScene>, &CreatorInfo),
    ) -> TaskResult<BagScene, Sellers> {
        let of_page = page.items().map(Sold::seller_id);
        let own = approved(creator.0.as_deref().and_then(|creator| creator.shop.as_ref())).map(|shop| shop.seller_id);
        let ids: Vec<i64> = of_page.chain(own).collect();
        let mut found = cx.request().resident.dal.sellers(&cx.call(), &ids).await?;
        // a short answer leaves too few values for the page, so creating the column fails
        let own_shop = own.and_then(|_| found.pop()).and_then(|own| own.found().cloned());
        Ok(Sellers { of_page: page.column(found)?, own_shop })
    }
}
