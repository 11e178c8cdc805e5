//! What a creator shows on the profile.

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

/// So many products of the profile are looked at: twice what is shown at most, as some will not stand. Always as many, so
/// that the answer is kept once, whatever is asked for.
const LOOKED_AT: i32 = 12;

/// Asks D1 `GetShowcase`, once per request, where highlights are asked for: how many products there are the creator brings
/// along. The highlights are the list of the engine, so they stand among the providers, in the place of the bag.
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
        // of no room and not whole: nothing is remembered of it as of a bag
        Ok(ProductList(Arc::new(Bag { entries, ..Bag::default() })))
    }
}
