//! The steps that answer a call of any method: check, identity, engines, envelope, record.

use std::{sync::Arc, time::Duration};

use live_pack_dal::{
    CheckedLabel, FastStr, RequestLabel,
    config::{Conf, Environment, LogConf, Snapshot},
    experiment::{Groups, Subject},
    model::Viewer,
};
use live_pack_entities::request::LiveRequest;
use live_pack_idl::{
    live_pack::UserContext,
    methods::{Envelope, MethodRequest, MethodResponse},
};

use crate::{
    active_call::{ActiveCall, CallInputs},
    call_record::{CallRecord, WallClock},
    check::Check,
    envelope::{enveloped, refused},
    experiments::AnswerKind,
    identity,
    interface::{Interface, Response},
    keeping::{Facts, Keeping},
    plans::Group,
    record::{self, Aids},
    request_context::RequestContext,
    runs::Runs,
    service::Service,
    status::degraded_by_loss,
    user_key::UserKey,
    with_losses::{Failure, WithLosses},
};

/// Time for a request without a server, as in a test.
const DEFAULT_REQUEST_TIME: Duration = Duration::from_secs(3);

/// Answers a call. `plans` returns those of the interface in the snapshot, under an overlay.
pub(crate) async fn answer<'p, I: Interface<Plans: 'p>, P>(
    service: &Arc<Service>,
    snapshot: &Snapshot<P>,
    plans: impl FnOnce(Option<usize>) -> &'p I::Plans,
    req: I::Request,
) -> Response<I> {
    let context = RequestContext::current_or(DEFAULT_REQUEST_TIME);
    let options = &service.options;
    let mut check = Check::default();
    check.user(req.user().user_id);
    let params = I::params(&req, &mut check);
    let viewer = check.done().and_then(|()| identity::viewer(req.user(), &snapshot.conf, options.default_region));
    let viewer = match viewer {
        Ok(viewer) => viewer,
        Err(status) => {
            label_refused(&options.user_key, &snapshot.conf.logs, req.user().user_id);
            return refused(status, options.clock.now_ms());
        }
    };
    let aids = Aids::of(req.base(), options.environment);
    context.hints.malformed.iter().for_each(|what| service.metrics.malformed(what));
    let traffic = context.hints.traffic(&snapshot.conf);
    let groups = groups(&snapshot.conf, &viewer, params.room_id, req.user(), options.environment);
    let plans = plans(groups.overlay(&snapshot.conf.experiments, I::Request::METHOD.name()));
    let method = I::Request::METHOD;
    let inputs = CallInputs { method, context, params, groups, viewer, traffic, time: plans.time(), aids };
    let call = Arc::new(ActiveCall::new(service, &snapshot.conf, inputs));
    label(&options.user_key, &call.request);
    let result = I::answer(plans, &call).await;
    let mut response = finish::<I>(&call, result);
    let runs = call.take_runs();
    let envelope = response.envelope();
    if aids.record {
        record::attach(envelope.base_resp, &call.request, call.context.received, &runs, &snapshot.version);
    }
    let end = observe(service, snapshot, &call, &envelope);
    if let Some(keeping) = &service.keeping {
        keep(keeping, &call, end, &envelope, (runs, &snapshot.version));
    }
    response
}

/// Adds room and a followed viewer to the label of the request.
fn label(key: &UserKey, request: &LiveRequest) {
    let (follow, user_id) = (&request.conf.logs.follow, request.viewer.user_id);
    RequestLabel::add(CheckedLabel {
        room_id: request.room_id,
        is_followed: is_followed(request),
        user: follow.follows_user(user_id).then(|| key.hash(user_id)),
    });
}

/// Adds a followed viewer to the label of a request that is refused.
fn label_refused(key: &UserKey, logs: &LogConf, user_id: i64) {
    let user = logs.follow.follows_user(user_id).then(|| key.hash(user_id));
    RequestLabel::add(CheckedLabel { is_followed: user.is_some(), user, ..CheckedLabel::default() });
}

/// The experiment arms of a request.
fn groups(conf: &Conf, viewer: &Viewer, room_id: i64, user: &UserContext, environment: Environment) -> Groups {
    let asked = user.ab_params.iter().flatten().map(|(name, arm)| (name.as_str(), arm.as_str()));
    Groups::resolve(&conf.experiments, Subject { viewer, room_id }, asked, environment)
}

/// The end of a call.
#[derive(Debug, Clone, Copy)]
struct End {
    kind: AnswerKind,
    took: Duration,
}

/// Counts the answer if it is degraded, and counts it for each arm that it has read.
fn observe<P>(service: &Service, snapshot: &Snapshot<P>, call: &ActiveCall, envelope: &Envelope<'_>) -> End {
    let kind = AnswerKind::of(envelope.base_resp.status_code, !envelope.degraded.is_empty());
    if !envelope.degraded.is_empty() {
        service.metrics.degraded(call.method());
    }
    let (groups, took) = (&call.request.groups, call.context.received.elapsed());
    service.metrics.experiments.observe(&snapshot.conf, snapshot.revision, groups, kind, took);
    End { kind, took }
}

/// Whether the viewer or one of the rooms of a request is followed.
fn is_followed(request: &LiveRequest) -> bool {
    let (follow, slots) = (&request.conf.logs.follow, &request.query.slots);
    let mut rooms = request.rooms().iter().chain(slots.iter().map(|(room_id, _)| room_id));
    !follow.is_empty() && rooms.any(|room_id| follow.follows(request.viewer.user_id, *room_id))
}

/// Hands the record of a call over if there is a reason to keep it. `runs` contains the version of the configuration.
fn keep(
    keeping: &Keeping,
    call: &ActiveCall,
    End { kind, took }: End,
    envelope: &Envelope<'_>,
    (runs, config_version): (Runs, &FastStr),
) {
    let (request, method) = (&call.request, call.method());
    let facts = Facts {
        method,
        conf: &request.conf.logs,
        trace: &request.call.traffic.trace,
        is_followed: is_followed(request),
        kind,
        took,
    };
    let received = call.context.received;
    let Some(kept) = keeping.decide(&facts, received + took) else { return };
    keeping.hand_over(CallRecord {
        method,
        kept,
        request: Arc::clone(request),
        caller: RequestLabel::with(|label| label.caller.clone()).unwrap_or_default(),
        stated_caller: call.context.caller.clone(),
        user: RequestLabel::with(|label| label.checked()?.user.clone()).flatten(),
        config_version: config_version.clone(),
        status: envelope.base_resp.status_code,
        degraded: envelope.degraded.clone(),
        runs,
        received,
        took,
        clock: WallClock::now(),
    });
}

fn finish<I: Interface>(call: &ActiveCall, result: WithLosses<Response<I>>) -> Response<I> {
    match &result.outcome {
        Ok(response) => I::answered(call, response),
        Err(Failure { line: Some(record), status, .. }) => tracing::warn!(status = status.code, %record, "failed"),
        Err(_) => {}
    }
    let mut response = enveloped(call, result);
    let envelope = response.envelope();
    let lost = call.request.call.notes.lost();
    envelope.degraded.extend(lost.iter().map(|(what, error)| degraded_by_loss(what, error.as_ref())));
    record::attach_recording(envelope.base_resp, &call.request);
    response
}
