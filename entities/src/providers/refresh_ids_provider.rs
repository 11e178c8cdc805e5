//! The products on the client's screen that are still in the bag.

use live_pack_engine::{Context, Stage, Task, TaskResult};

use super::ProductList;
use crate::scene::{Ask as _, LiveScene};

/// Calls D1 `MGetRoomProductRelation` for the products on the screen. Returns their lines of the bag in the client's
/// order, with the current version of the bag.
#[derive(Debug)]
pub struct RefreshIdsProvider;

impl<S: LiveScene> Task<S> for RefreshIdsProvider {
    type Output = ProductList;
    type Input<'a> = ();
    const STAGE: Stage = Stage::Providers;

    /// Called even without products on the screen: the version of the bag shows whether there should be any.
    async fn run(&self, cx: &Context<S>, (): ()) -> TaskResult<S, ProductList> {
        let request = cx.request();
        let shown = &request.query.refresh.product_ids;
        Ok(ProductList(request.resident.dal.bag_part(&cx.call(), request.room_id, shown).await?))
    }
}
