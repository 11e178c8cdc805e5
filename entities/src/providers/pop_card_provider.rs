//! The pinned card of the room.

use live_pack_dal::{
    Call, DownstreamMethod, Error, Lookup,
    config::Feature,
    model::{Pin, PinKind},
};
use live_pack_engine::{Context, NeedRun, Stage, Task, TaskResult};

use crate::{
    questions::PinOf,
    request::LiveRequest,
    scene::{Ask as _, LiveScene},
};

/// The pin; `None`: nothing is pinned, or it has expired.
#[derive(Debug, Clone, Copy)]
pub struct PopCard(pub Option<Pin>);

impl PopCard {
    /// The pinned product.
    #[must_use]
    pub fn product_id(&self) -> Option<i64> {
        self.0.filter(|pin| pin.kind == PinKind::Product).map(|pin| pin.target_id)
    }

    /// Whether the client already shows this pin; versions of pins start at 1.
    #[must_use]
    pub fn is_known(&self, request: &LiveRequest) -> bool {
        request.query.known_pin > 0 && self.0.is_some_and(|pin| pin.version == request.query.known_pin)
    }

    /// The pinned voucher.
    #[must_use]
    pub fn voucher_id(&self) -> Option<i64> {
        self.0.filter(|pin| pin.kind == PinKind::Voucher).map(|pin| pin.target_id)
    }
}

/// Reads Redis `lp:pin:{room}`, or else D1 `MGetPinned`, once per request.
#[derive(Debug)]
pub struct PopCardProvider;

impl<S: LiveScene> Task<S> for PopCardProvider {
    type Output = PopCard;
    type Input<'a> = ();
    const STAGE: Stage = Stage::Providers;

    fn need_run(&self, cx: &Context<S>, (): &()) -> NeedRun {
        cx.request().need(Feature::PinCard)
    }

    async fn run(&self, cx: &Context<S>, (): ()) -> TaskResult<S, PopCard> {
        Ok(PopCard(pin(cx.request(), cx.early_call()).await?))
    }
}

/// The pin of the request's room: fetched once per request, with the `call` of the first caller. `None`: nothing is
/// pinned, or it has expired.
///
/// # Errors
/// The failure of D1.
pub async fn pin(request: &LiveRequest, call: Call) -> Result<Option<Pin>, Error> {
    match request.ask(PinOf(request.room_id), call).await? {
        Lookup::Found(pin) => Ok(Some(*pin).filter(|pin| is_pinned(pin, request.now_ms))),
        Lookup::Missing => Ok(None),
        Lookup::Failed => Err(Error::key(DownstreamMethod::MGetPinned)),
    }
}

/// Whether a pin is still valid.
#[must_use]
pub const fn is_pinned(pin: &Pin, now_ms: i64) -> bool {
    pin.expire_ms == 0 || pin.expire_ms > now_ms
}
