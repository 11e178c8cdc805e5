//! The trait of an interface, and the common steps of all fifteen: identity, request, envelope.

use std::{future::Future, sync::Arc, time::Duration};

use live_pack_engine::{AnyPlan, Scene};
use live_pack_entities::{converters::wire_room_status, request::Query};
use live_pack_idl::{
    live_pack::RoomRef,
    methods::{MethodRequest, MethodResponse},
};

use crate::{
    check::Check,
    identity,
    live_pack::LivePack,
    part::{Failure, Part},
    plans::Plans,
    record,
    request_context::RequestContext,
    status::{Status, degraded_by_loss},
    traffic::traffic,
    turn::{Asking, Turn},
};

/// Time for a request without a server around it, as in a test.
const DEFAULT_REQUEST_TIME: Duration = Duration::from_secs(3);

/// The parameters of a request after its check.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    /// The room; 0 for a batch of rooms.
    pub(crate) room_id: i64,
    /// The query.
    pub(crate) query: Query,
    /// Bypass the local cache.
    pub(crate) fresh: bool,
}

impl Asked {
    /// Only a room.
    pub(crate) fn room(room: &RoomRef, check: &mut Check) -> Self {
        check.room(room.room_id);
        Self { room_id: room.room_id, ..Self::default() }
    }
}

/// Time limits of an engine.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WorkTime {
    pub(crate) timeout: Duration,
    pub(crate) reserve: Duration,
}

impl WorkTime {
    /// The time limits of an engine.
    pub(crate) fn of<S: Scene>(plan: &AnyPlan<S>) -> Self {
        Self { timeout: plan.timeout(), reserve: plan.reserve() }
    }
}

/// One of the fifteen interfaces.
pub(crate) trait Interface: Sized {
    type Request: MethodRequest;

    /// Checks the request, and returns its parameters. They count only if no fault was found.
    fn asked(req: &Self::Request, check: &mut Check) -> Asked;

    /// The time limits of the strong engine: shared calls may take as long.
    fn time(plans: &Plans) -> WorkTime;

    /// Runs the engines and combines their answers.
    fn answer(turn: &Arc<Turn>) -> impl Future<Output = Part<Response<Self>>> + Send;

    /// Called after a successful answer. Its work is not awaited, so it must not wait either.
    fn answered(_turn: &Turn, _response: &Response<Self>) {}
}

/// The answer of an interface.
pub(crate) type Response<I> = <<I as Interface>::Request as MethodRequest>::Response;

/// Answers a call.
pub(crate) async fn answer<I: Interface>(service: &LivePack, req: I::Request) -> Response<I> {
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
    let malformed = |what| service.metrics.malformed(what);
    let traffic = traffic(&snapshot.conf, &context.header, req.base(), malformed);
    let asking = Asking { asked, user: req.user(), viewer, traffic, with_record };
    let turn = Arc::new(Turn::new(service, snapshot, context, asking, I::time));
    let part = I::answer(&turn).await;
    finish::<I>(&turn, part)
}

/// The answer to a request that breaks a rule.
fn refused<R: MethodResponse>(service: &LivePack, status: Status) -> R {
    let mut response = R::default();
    let envelope = response.envelope();
    *envelope.base_resp = status.into_base_resp();
    if let Some(now) = envelope.server_now_ms {
        *now = service.clock.now_ms();
    }
    response
}

fn finish<I: Interface>(turn: &Turn, part: Part<Response<I>>) -> Response<I> {
    match &part.outcome {
        Ok(response) => I::answered(turn, response),
        Err(Failure { record: Some(record), .. }) => {
            tracing::warn!(log_id = %turn.context.log_id, method = I::Request::METHOD.name(), %record, "failed");
        }
        Err(_) => {}
    }
    let mut response = close(turn, part);
    let envelope = response.envelope();
    let lost = turn.request.call.notes.lost();
    envelope.degraded.extend(lost.iter().map(|(what, error)| degraded_by_loss(what, error.as_ref())));
    if let Some(records) = turn.take_records() {
        records.attach(envelope.base_resp, turn);
    }
    response
}

/// An answer with its envelope, as its own interface returns it, without losses that no engine reports.
pub(crate) fn close<R: MethodResponse>(turn: &Turn, part: Part<R>) -> R {
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
