//! What is still in the bag of the products on the client's screen.

use live_pack_engine::{Context, Stage, Task, TaskResult};

use super::ProductList;
use crate::scene::{Ask as _, LiveScene};

/// Asks D1 `MGetRoomProductRelation` for the products on the screen. It leaves their lines of the bag, in the client's
/// order, with the version that the bag has now.
#[derive(Debug)]
pub struct RefreshIdsProvider;

impl<S: LiveScene> Task<S> for RefreshIdsProvider {
    type Output = ProductList;
    type Input<'a> = ();
    const STAGE: Stage = Stage::Providers;

    /// Asked though no product is on the screen: the version of the bag tells whether one should be.
    async fn run(&self, cx: &Context<S>, (): ()) -> TaskResult<S, ProductList> {
        let request = cx.request();
        let shown = &request.query.refresh.product_ids;
        Ok(ProductList(request.resident.dal.bag_part(&cx.call(), request.room_id, shown).await?))
    }
}
