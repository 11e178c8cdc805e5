//! The steps that answer a call of any method: check, identity, engines, envelope, record.

use std::{sync::Arc, time::Duration};

use live_pack_dal::config::Snapshot;
use live_pack_idl::methods::{MethodRequest, MethodResponse};

use crate::{
    active_call::{ActiveCall, CallInputs},
    check::Check,
    envelope::{enveloped, refused},
    identity,
    interface::{Interface, Response},
    plans::Group,
    record,
    request_context::RequestContext,
    service::Service,
    status::degraded_by_loss,
    traffic::traffic,
    with_losses::{Failure, WithLosses},
};

/// Time for a request without a server around it, as in a test.
const DEFAULT_REQUEST_TIME: Duration = Duration::from_secs(3);

/// Answers a call. `plans` are those of the interface in the snapshot.
pub(crate) async fn answer<I: Interface, P>(
    service: &Arc<Service>,
    snapshot: &Snapshot<P>,
    plans: &I::Plans,
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
        Err(status) => return refused(status, options.clock.now_ms()),
    };
    let with_record = record::is_asked_for(req.base(), options.environment);
    let malformed = |what| service.metrics.malformed(what);
    let traffic = traffic(&snapshot.conf, &context.header, req.base(), malformed);
    let inputs = CallInputs { context, params, user: req.user(), viewer, traffic, time: plans.time(), with_record };
    let call = Arc::new(ActiveCall::new(service, &snapshot.conf, inputs));
    let result = I::answer(plans, &call).await;
    finish::<I>(&call, result, &snapshot.version)
}

fn finish<I: Interface>(call: &ActiveCall, result: WithLosses<Response<I>>, config_version: &str) -> Response<I> {
    match &result.outcome {
        Ok(response) => I::answered(call, response),
        Err(Failure { record: Some(record), .. }) => {
            tracing::warn!(log_id = %call.context.log_id, method = I::Request::METHOD.name(), %record, "failed");
        }
        Err(_) => {}
    }
    let mut response = enveloped(call, result);
    let envelope = response.envelope();
    let lost = call.request.call.notes.lost();
    envelope.degraded.extend(lost.iter().map(|(what, error)| degraded_by_loss(what, error.as_ref())));
    if let Some(records) = call.take_records() {
        records.attach(envelope.base_resp, config_version, &call.request.call);
    }
    response
}
