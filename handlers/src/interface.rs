//! What an interface says of itself, and all that is the same for the fifteen: identity, request, envelope.

use std::{future::Future, time::Duration};

use live_pack_engine::{Plan, Scene};
use live_pack_entities::{converters::wire_room_status, request::Query};
use live_pack_idl::live_pack::RoomRef;

use crate::{
    check::Check,
    envelope::{Request, Response},
    identity,
    live_pack::LivePack,
    part::Part,
    plans::Plans,
    record,
    request_context::RequestContext,
    status::Status,
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
    pub(crate) fn of<S: Scene>(plan: &Plan<S>) -> Self {
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
    fn answer(turn: &Turn<'_>) -> impl Future<Output = Part<Self::Response>> + Send;

    /// What to do once an answer stands that did not fail. Nobody waits for it, so it must not wait either.
    fn answered(_turn: &Turn<'_>, _response: &Self::Response) {}
}

/// Answers a call.
pub(crate) async fn answer<I: Interface>(service: &LivePack, req: I::Request) -> I::Response {
    let mut context = RequestContext::current_or(DEFAULT_REQUEST_TIME);
    if let Some(base) = req.base().filter(|base| !base.log_id.is_empty()) {
        context.log_id = base.log_id.clone();
    }
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
    let turn = Turn::new(service, &snapshot, &context, I::time(&snapshot.derived), asking);
    let part = I::answer(&turn).await;
    finish::<I>(&turn, part, &snapshot.version)
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

fn finish<I: Interface>(turn: &Turn<'_>, part: Part<I::Response>, config_version: &str) -> I::Response {
    let Part { outcome, losses } = part;
    if let Ok(response) = &outcome {
        I::answered(turn, response);
    }
    let mut response = outcome.unwrap_or_else(|failure| {
        if let Some(record) = &failure.record {
            tracing::warn!(log_id = %turn.context.log_id, method = I::NAME, %record, "failed");
        }
        let mut response = I::Response::default();
        *response.envelope().base_resp = failure.status.into_base_resp();
        response
    });
    let envelope = response.envelope();
    *envelope.degraded = losses.into_list(&turn.request.call.notes);
    if let Some(status) = envelope.room_status {
        *status = turn.request.known_room().map(|room| wire_room_status(room.state));
    }
    if let Some(now) = envelope.server_now_ms {
        *now = turn.request.now_ms;
    }
    if let Some(records) = turn.take_records() {
        records.attach(envelope.base_resp, config_version, &turn.context.log_id);
    }
    response
}
