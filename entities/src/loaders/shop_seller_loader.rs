//! The shops behind the highlights of a creator's shop, and that shop itself.

use live_pack_engine::{Context, Reads, Stage, Task, TaskResult};

use super::Sellers;
use crate::{
    providers::CreatorInfo,
    rules::shop::approved,
    scene::{Ask as _, BagScene},
};

/// Asks D12 `MGetSeller` once for both. The creator's own shop, where there is an approved one, stands behind those of the
/// page. To operators this is `SellerLoader`, as for the bag.
#[derive(Debug)]
pub struct ShopSellerLoader;

impl Task<BagScene> for ShopSellerLoader {
    type Output = Sellers;
    const STAGE: Stage = Stage::Loaders;

    fn name(&self) -> &'static str {
        "SellerLoader"
    }

    fn reads(&self) -> Reads {
        Reads::none().page().need::<CreatorInfo>()
    }

    async fn run(&self, cx: &Context<BagScene>) -> TaskResult<BagScene, Sellers> {
        let of_page = cx.list().page().map(|item| item.lite.map_or(0, |lite| lite.seller_id));
        let creator = cx.need::<CreatorInfo>()?.0.as_deref();
        let own = approved(creator.and_then(|creator| creator.shop.as_ref())).map(|shop| shop.seller_id);
        let ids: Vec<i64> = of_page.chain(own).collect();
        Ok(Sellers(cx.request().resident.dal.sellers(&cx.call(), &ids).await?))
    }
}
