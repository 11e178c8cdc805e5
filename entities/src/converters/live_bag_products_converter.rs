//! The page of products in the answer.

use live_pack_engine::{Context, Own, Page, Stage, Task, TaskResult};
use live_pack_idl::live_pack::GetLiveBagDataResponse;

use super::{Cards, empty_page::note_no_status};
use crate::{providers::ProductList, request::BagTab, rules::paging, scene::BagScene};

/// The part of the answer about products.
#[derive(Debug)]
pub struct LiveBagProducts(pub GetLiveBagDataResponse);

/// Puts the cards and the next cursor into the answer.
#[derive(Debug)]
pub struct LiveBagProductsConverter;

impl Task<BagScene> for LiveBagProductsConverter {
    type Output = LiveBagProducts;
    type Input<'a> = (Page<'a, BagScene>, &'a ProductList, Own<Cards>);
    const STAGE: Stage = Stage::Converters;
    const WAITS: bool = false;

    async fn run(
        &self,
        cx: &Context<BagScene>,
        (list, bag, Own(Cards(products))): (Page<'_, BagScene>, &ProductList, Own<Cards>),
    ) -> TaskResult<BagScene, LiveBagProducts> {
        let query = &cx.request().query.bag;
        let total = list.total();
        let page = paging::page(total, query.cursor, query.count);
        let pages_products = query.tab != BagTab::Auction;
        note_no_status(cx, list, page.range.clone(), |item| !query.exclude_ids.contains(&item.product_id));
        Ok(LiveBagProducts(GetLiveBagDataResponse {
            products,
            total: i32::try_from(total).unwrap_or(i32::MAX),
            next_cursor: if pages_products { page.next_cursor } else { 0 },
            has_more: pages_products && page.has_more,
            bag_version: bag.0.version,
            ..GetLiveBagDataResponse::default()
        }))
    }
}
