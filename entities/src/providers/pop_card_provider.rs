//! What the host explains at the moment.

use std::sync::Arc;

use live_pack_dal::{
    Downstream, Error, Lookup,
    model::{Pin, PinKind},
};
use live_pack_engine::{Context, Stage, Task, TaskResult};

use crate::scene::LiveScene;

/// The pin; `None`: nothing is pinned, or what was has expired.
#[derive(Debug, Clone, Copy)]
pub struct PopCard(pub Option<Pin>);

impl PopCard {
    /// The pinned product.
    #[must_use]
    pub fn product_id(&self) -> Option<i64> {
        self.0.filter(|pin| pin.kind == PinKind::Product).map(|pin| pin.target_id)
    }

    /// The pinned voucher.
    #[must_use]
    pub fn voucher_id(&self) -> Option<i64> {
        self.0.filter(|pin| pin.kind == PinKind::Voucher).map(|pin| pin.target_id)
    }
}

/// Asks Redis `lp:pin:{room}`, else D1 `MGetPinned`, once a request.
#[derive(Debug)]
pub struct PopCardProvider;

impl<S: LiveScene> Task<S> for PopCardProvider {
    type Output = PopCard;
    const STAGE: Stage = Stage::Providers;

    async fn run(&self, cx: &Context<S>) -> TaskResult<S, PopCard> {
        let request = cx.request();
        let room_id = request.room_id;
        let fetch = || {
            let (resident, call) = (Arc::clone(&request.resident), request.early_call());
            async move { resident.dal.pin(&call, room_id).await }
        };
        let pin = match request.shared.once(room_id, fetch).await? {
            Lookup::Found(pin) => Some(*pin),
            Lookup::Missing => None,
            Lookup::Failed => return Err(Error::key(Downstream::ProductRelation, "MGetPinned").into()),
        };
        Ok(PopCard(pin.filter(|pin| pin.expire_ms == 0 || pin.expire_ms > request.now_ms)))
    }
}
