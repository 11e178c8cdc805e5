//! What an interface says of itself, and all that is the same for the fifteen: identity, request, envelope.

use std::{future::Future, sync::Arc, time::Duration};

use live_pack_engine::{AnyPlan, Scene};
use live_pack_entities::{converters::wire_room_status, request::Query};
use live_pack_idl::live_pack::RoomRef;

use crate::{
    check::Check,
    envelope::{Request, Response},
    identity,
    live_pack::LivePack,
    part::{Failure, Part},
    plans::Plans,
    record,
    request_context::RequestContext,
    status::{Status, degraded_by_loss},
    turn::{Asking, Turn},
};

/// A request without a server around it, as in a test, may take this long.
const DEFAULT_REQUEST_TIME: Duration = Duration::from_secs(3);

/// What a request asks for, once it was checked.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    /// The room; 0 where several are asked for at once.
    pub(crate) room_id: i64,
    /// What of it.
    pub(crate) query: Query,
    /// What is in this process' caches is known to be too old.
    pub(crate) fresh: bool,
}

impl Asked {
    /// Nothing but a room.
    pub(crate) fn room(room: &RoomRef, check: &mut Check) -> Self {
        check.room(room.room_id);
        Self { room_id: room.room_id, ..Self::default() }
    }
}

/// How long an engine may work.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WorkTime {
    pub(crate) timeout: Duration,
    pub(crate) reserve: Duration,
}

impl WorkTime {
    /// The time of an engine.
    pub(crate) fn of<S: Scene>(plan: &AnyPlan<S>) -> Self {
        Self { timeout: plan.timeout(), reserve: plan.reserve() }
    }
}

/// One of the fifteen.
pub(crate) trait Interface {
    type Request: Request;
    type Response: Response;

    /// The name of the method, as configuration and logs spell it.
    const NAME: &'static str;

    /// Checks the request, and says what it asks for. What is asked for counts only if nothing was found wrong.
    fn asked(req: &Self::Request, check: &mut Check) -> Asked;

    /// The time of the engine that the answer cannot do without: what engines share may take as long as that.
    fn time(plans: &Plans) -> WorkTime;

    /// Runs the engines and puts their answers together.
    fn answer(turn: &Arc<Turn>) -> impl Future<Output = Part<Self::Response>> + Send;

    /// What to do once an answer stands that did not fail. Nobody waits for it, so it must not wait either.
    fn answered(_turn: &Turn, _response: &Self::Response) {}
}

/// Answers a call.
pub(crate) async fn answer<I: Interface>(service: &LivePack, req: I::Request) -> I::Response {
    let context = RequestContext::current_or(DEFAULT_REQUEST_TIME);
    let snapshot = service.centre.snapshot();
    let mut check = Check::default();
    check.user(req.user().user_id);
    let asked = I::asked(&req, &mut check);
    let viewer = check.done().and_then(|()| identity::viewer(req.user(), &snapshot.conf, service.default_region));
    let viewer = match viewer {
        Ok(viewer) => viewer,
        Err(status) => return refused(service, status),
    };
    let with_record = record::is_asked_for(req.base(), service.environment);
    let asking = Asking { asked, user: req.user(), viewer, with_record };
    let turn = Arc::new(Turn::new(service, snapshot, context, asking, I::time));
    let part = I::answer(&turn).await;
    finish::<I>(&turn, part)
}

/// The answer to a request that breaks a rule.
fn refused<R: Response>(service: &LivePack, status: Status) -> R {
    let mut response = R::default();
    let envelope = response.envelope();
    *envelope.base_resp = status.into_base_resp();
    if let Some(now) = envelope.server_now_ms {
        *now = service.clock.now_ms();
    }
    response
}

fn finish<I: Interface>(turn: &Turn, part: Part<I::Response>) -> I::Response {
    match &part.outcome {
        Ok(response) => I::answered(turn, response),
        Err(Failure { record: Some(record), .. }) => {
            tracing::warn!(log_id = %turn.context.log_id, method = I::NAME, %record, "failed");
        }
        Err(_) => {}
    }
    let mut response = close(turn, part);
    let envelope = response.envelope();
    let lost = turn.request.call.notes.lost();
    envelope.degraded.extend(lost.iter().map(|(what, error)| degraded_by_loss(what, error.as_ref())));
    if let Some(records) = turn.take_records() {
        records.attach(envelope.base_resp, turn.config_version(), &turn.context.log_id);
    }
    response
}

/// An answer with its envelope, as its own interface gives it; what was lost without an engine telling is left out.
pub(crate) fn close<R: Response>(turn: &Turn, part: Part<R>) -> R {
    let Part { outcome, losses } = part;
    let mut response = outcome.unwrap_or_else(|failure| {
        let mut response = R::default();
        *response.envelope().base_resp = failure.status.into_base_resp();
        response
    });
    let envelope = response.envelope();
    *envelope.degraded = losses.into_list();
    if let Some(status) = envelope.room_status {
        *status = turn.request.known_room().map(|room| wire_room_status(room.state));
    }
    if let Some(now) = envelope.server_now_ms {
        *now = turn.request.now_ms;
    }
    response
}
