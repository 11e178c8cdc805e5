//! A record as JSON. It holds no personal data and no text of a downstream service: a failure is identified by its
//! kind, its service and its method.

use std::{collections::BTreeMap, time::Duration};

use live_pack_dal::{Error, notes::CallNote};
use live_pack_engine::{Failure, Outcome, TaskRecord};
use live_pack_handlers::{
    call_json::{CallJson, micros},
    call_record::CallRecord,
    reasons::Reason,
    runs::{EngineRun, outcome_name},
};
use serde::Serialize;
use serde_json::Value;
use tokio::time::Instant;

/// A record. Times are microseconds since the request was received.
#[derive(Debug, Serialize)]
pub(super) struct RecordJson<'a> {
    log_id: &'a str,
    trace_id: String,
    span_id: String,
    /// RFC 3339.
    at: String,
    method: &'static str,
    reasons: Vec<&'static str>,
    status: i32,
    took_us: f64,
    caller: &'a str,
    stated_caller: &'a str,
    room_id: i64,
    /// The keyed hash of a followed viewer.
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<&'a str>,
    /// `None`: known only by carrier or address.
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<&'a str>,
    route_group: &'static str,
    lane: &'a str,
    own_lane: bool,
    config_version: &'a str,
    arms: BTreeMap<&'a str, &'a str>,
    degraded: Vec<LossJson<'a>>,
    engines: Vec<EngineJson<'a>>,
    flows: Vec<Value>,
    calls: Vec<CallJson>,
    calls_left_out: u64,
}

#[derive(Debug, Serialize)]
struct LossJson<'a> {
    task: &'a str,
    code: i32,
    kind: &'a str,
    message: &'a str,
}

#[derive(Debug, Serialize)]
struct EngineJson<'a> {
    engine: &'static str,
    version: &'a str,
    start_us: f64,
    took_us: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    stopped_by: Option<&'static str>,
    critical_path: Vec<&'static str>,
    stages: Vec<StageJson>,
    rejected: Vec<RejectedJson>,
    tasks: Vec<TaskJson>,
}

#[derive(Debug, Serialize)]
struct StageJson {
    stage: &'static str,
    start_us: f64,
    end_us: f64,
}

#[derive(Debug, Serialize)]
struct RejectedJson {
    by: &'static str,
    why: &'static str,
    items: usize,
}

#[derive(Debug, Serialize)]
struct TaskJson {
    task: &'static str,
    stage: &'static str,
    strength: &'static str,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    ran: Option<Ran>,
    #[serde(skip_serializing_if = "Option::is_none")]
    items_in: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    items_out: Option<usize>,
}

#[derive(Debug, Serialize)]
struct Ran {
    ready_us: f64,
    start_us: f64,
    end_us: f64,
    spawned: bool,
}

impl<'a> RecordJson<'a> {
    /// The parts of a record.
    pub(super) fn of(record: &'a CallRecord, calls: &[CallNote], calls_left_out: u64) -> Self {
        let (request, received) = (&*record.request, record.received);
        let (call, viewer, trace) = (&request.call, &request.viewer, &request.call.traffic.trace);
        Self {
            log_id: &call.log_id,
            trace_id: trace.id.to_string(),
            span_id: trace.span.to_string(),
            at: jiff::Timestamp::from_nanosecond(record.clock.unix_nanos(received).into())
                .map(|at| at.to_string())
                .unwrap_or_default(),
            method: record.method.name(),
            reasons: record.kept.reasons.iter().map(Reason::name).collect(),
            status: record.status,
            took_us: micros(record.took),
            caller: &record.caller,
            stated_caller: &record.stated_caller,
            room_id: request.room_id,
            user: record.user.as_deref(),
            region: (!viewer.is_region_private).then(|| viewer.region.as_str()),
            route_group: viewer.route_group.name(),
            lane: &call.traffic.name,
            own_lane: call.traffic.lane.is_some(),
            config_version: &record.config_version,
            arms: request.groups.exposed(&request.conf.experiments).map(|exposure| exposure.names).collect(),
            degraded: record.degraded.iter().map(LossJson::of).collect(),
            engines: record.runs.engines.iter().map(|run| EngineJson::of(&**run, received)).collect(),
            flows: record.runs.flows.iter().map(live_pack_engine::flow::FlowRecord::to_json).collect(),
            calls: calls.iter().map(|note| CallJson::of(note, received)).collect(),
            calls_left_out,
        }
    }
}

impl<'a> LossJson<'a> {
    fn of(loss: &'a live_pack_idl::live_pack::Degraded) -> Self {
        let kind = loss.kind.as_deref().unwrap_or_default();
        Self { task: &loss.task, code: loss.code, kind, message: &loss.message }
    }
}

impl<'a> EngineJson<'a> {
    fn of(run: &'a dyn EngineRun, received: Instant) -> Self {
        let start = run.started_at().saturating_duration_since(received);
        let after = |ns: u32| micros(start + Duration::from_nanos(ns.into()));
        let stages = run.stages().into_iter();
        let rejected = run.rejected().into_iter();
        Self {
            engine: run.engine(),
            version: run.version(),
            start_us: micros(start),
            took_us: micros(run.took()),
            stopped_by: run.stopped_by(),
            critical_path: run.critical_path(),
            stages: stages
                .map(|stage| StageJson {
                    stage: stage.stage.name(),
                    start_us: after(stage.start_ns),
                    end_us: after(stage.end_ns),
                })
                .collect(),
            rejected: rejected.map(|((by, why), items)| RejectedJson { by, why, items }).collect(),
            tasks: run.tasks().iter().map(|task| TaskJson::of(task, after)).collect(),
        }
    }
}

impl TaskJson {
    fn of(task: &TaskRecord<'_, Error>, after: impl Fn(u32) -> f64) -> Self {
        Self {
            task: task.name,
            stage: task.stage.name(),
            strength: task.strength.name(),
            outcome: outcome_name(task.outcome),
            reason: reason(task.outcome),
            ran: task.started.then(|| Ran {
                ready_us: after(task.ready_ns),
                start_us: after(task.start_ns),
                end_us: after(task.end_ns),
                spawned: task.spawned,
            }),
            items_in: task.items.map(|items| items.0),
            items_out: task.items.map(|items| items.1),
        }
    }
}

/// The reason for an outcome, without the text of a service.
pub(super) fn reason(outcome: &Outcome<Error>) -> Option<String> {
    match outcome {
        Outcome::Skipped(reason) => Some(reason.to_string()),
        Outcome::Failed(Failure::Error(error)) => Some(format!("{}: {}", error.origin, error.kind.name())),
        Outcome::Failed(failure @ (Failure::DependencyFailed(_) | Failure::Fault(_))) => Some(failure.to_string()),
        // the name of the outcome says it
        Outcome::Failed(Failure::TimedOut | Failure::Panicked | Failure::CutOff)
        | Outcome::Done
        | Outcome::Cancelled => None,
    }
}
