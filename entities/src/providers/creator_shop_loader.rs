//! The products on a creator's profile.

use std::sync::Arc;

use live_pack_dal::{
    config::Feature,
    model::{Bag, BagEntry},
};
use live_pack_engine::{Context, NeedRun, Stage, Task, TaskResult};

use super::{ProductList, RoomInfo};
use crate::{
    questions::ShowcaseOf,
    scene::{Ask as _, LiveScene},
};

/// Number of products of the profile to fetch: twice the maximum shown, since some will be filtered out. Constant,
/// so that all requests share one cached answer.
const LOOKED_AT: i32 = 12;

/// Calls D1 `GetShowcase`, once per request, if highlights are requested; their total comes with the creator. The
/// highlights are the list of the engine, so this task is a provider and replaces the bag.
#[derive(Debug)]
pub struct CreatorShopLoader;

impl<S: LiveScene> Task<S> for CreatorShopLoader {
    type Output = ProductList;
    type Input<'a> = &'a RoomInfo;
    const STAGE: Stage = Stage::Providers;

    fn need_run(&self, cx: &Context<S>, _room: &&RoomInfo) -> NeedRun {
        let request = cx.request();
        if request.query.highlight_count == 0 {
            return NeedRun::Skip("no_highlights_asked_for");
        }
        request.need(Feature::CreatorShop)
    }

    async fn run(&self, cx: &Context<S>, RoomInfo(room): &RoomInfo) -> TaskResult<S, ProductList> {
        let showcase = cx.request().ask(ShowcaseOf(room.anchor_id, LOOKED_AT), cx.early_call()).await?;
        let entry = |(item_no, product_id): (i32, &i64)| BagEntry { product_id: *product_id, item_no, top_rank: 0 };
        let entries = (1..).zip(&showcase.product_ids).map(entry).collect();
        // it belongs to no room and is incomplete, so nothing is cached for it as for a bag
        Ok(ProductList(Arc::new(Bag { entries, ..Bag::default() })))
    }
}
