//! The runtime record and the recording of downstream answers, for callers that request them outside production.

use std::collections::BTreeMap;

use live_pack_dal::config::Environment;
use live_pack_engine::flow::FlowRecord;
use live_pack_entities::request::LiveRequest;
use live_pack_idl::base::{Base, BaseResp};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::{call_json::CallJson, runs::Runs};

/// The key in `Base.Extra` that requests the record, and in `BaseResp.Extra` that contains it.
const KEY: &str = "lp-record";

/// The key in `Base.Extra` that requests a recording, and in `BaseResp.Extra` that contains it: the text of a file of
/// `livePackDownstreamRpcMock`.
const RECORDING: &str = "lp-mock";

/// The test aids that a caller requests and is permitted to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Aids {
    /// The runtime record.
    pub(crate) record: bool,
    /// The recording of downstream answers.
    pub(crate) recording: bool,
}

impl Aids {
    /// None of them in production.
    pub(crate) fn of(base: Option<&Base>, environment: Environment) -> Self {
        let Some(extra) = base.and_then(|base| base.extra.as_ref()).filter(|_| !environment.is_prod()) else {
            return Self::default();
        };
        let asked = |key: &str| extra.get(key).is_some_and(|value| value == "1");
        Self { record: asked(KEY), recording: asked(RECORDING) }
    }
}

/// Puts the recording of a request into its envelope, if there is one.
pub(crate) fn attach_recording(base_resp: &mut BaseResp, request: &LiveRequest) {
    let Some(recording) = &request.call.recording else { return };
    let pictures = request.resident.images.base_url(request.viewer.route_group);
    let file = recording.file(request.now_ms, pictures);
    base_resp.extra.get_or_insert_default().insert(RECORDING.into(), file.to_string().into());
}

/// Adds the record of a request, which was received at the given instant, to its envelope: its engines and flows, the route
/// of the calls, the calls, and the arms that were read.
pub(crate) fn attach(
    base_resp: &mut BaseResp,
    request: &LiveRequest,
    received: Instant,
    runs: &Runs,
    config_version: &str,
) {
    let (context, trace) = (&request.call, &request.call.traffic.trace);
    let arms = request.groups.exposed(&request.conf.experiments).map(|exposure| exposure.names);
    let arms: BTreeMap<&str, &str> = arms.collect();
    let engines: Vec<Value> = runs.engines.iter().map(|run| run.to_json()).collect();
    let flows: Vec<Value> = runs.flows.iter().map(FlowRecord::to_json).collect();
    let (notes, left_out) = context.notes.calls.list();
    let calls: Vec<CallJson> = notes.iter().map(|note| CallJson::of(note, received)).collect();
    let record = json!({
        "log_id": context.log_id.as_str(), "trace_id": trace.id.to_string(), "config_version": config_version,
        "route_group": context.viewer.route_group.name(), "lane": context.traffic.name.as_str(),
        "own_lane": context.traffic.lane.is_some(), "arms": arms, "engines": engines, "flows": flows,
        "calls": calls, "calls_left_out": left_out,
    });
    base_resp.extra.get_or_insert_default().insert(KEY.into(), record.to_string().into());
}
