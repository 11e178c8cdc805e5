//! A record as spans: the request, its engines, their tasks, and their downstream calls. As in the record, there is
//! no personal data and no text of a downstream service.

use std::{borrow::Cow, time::Duration};

use live_pack_dal::notes::{CallEnd, CallNote};
use live_pack_engine::{Outcome, TaskRecord};
use live_pack_handlers::{
    call_record::CallRecord,
    reasons::{Reason, Reasons},
    runs::{EngineRun, outcome_name},
};
use live_pack_telemetry::{Span, SpanId, SpanKind, SpanStatus, TraceId, Value};
use tokio::time::Instant;

use super::render::reason;

/// Offset of the child numbers of engine and task spans. Downstream calls have the numbers from 0.
const OWN_SPANS: u64 = 1 << 32;

/// A task's span, as the parent of calls.
struct Parent {
    engine: &'static str,
    task: &'static str,
    started: Instant,
    ended: Instant,
    span: SpanId,
}

/// The spans of one request under construction.
struct Spans<'a> {
    record: &'a CallRecord,
    made: Vec<Span>,
    parents: Vec<Parent>,
    /// Child number of the latest engine or task span.
    own: u64,
}

/// All spans of a record; the request's span is the first.
pub(super) fn of(record: &CallRecord, calls: &[CallNote]) -> Vec<Span> {
    let mut spans = Spans { record, made: Vec::new(), parents: Vec::new(), own: OWN_SPANS };
    spans.request();
    record.runs.engines.iter().for_each(|run| spans.engine(&**run));
    calls.iter().for_each(|note| spans.call(note));
    spans.made
}

impl Spans<'_> {
    /// A span with its times and without attributes.
    fn span(&self, id: SpanId, parent: Option<SpanId>, name: &'static str, times: (Instant, Instant)) -> Span {
        let (clock, (start, end)) = (&self.record.clock, times);
        Span {
            trace_id: TraceId(self.record.request.call.traffic.trace.id.0),
            span_id: id,
            parent,
            name: Cow::Borrowed(name),
            kind: SpanKind::Internal,
            start_unix_nanos: clock.unix_nanos(start),
            end_unix_nanos: clock.unix_nanos(end.max(start)),
            attributes: Vec::new(),
            dropped_attributes: 0,
            status: SpanStatus::Unset,
        }
    }

    fn own_id(&mut self) -> SpanId {
        self.own += 1;
        SpanId(self.record.request.call.traffic.trace.span.child(self.own).0)
    }

    fn request_id(&self) -> SpanId {
        SpanId(self.record.request.call.traffic.trace.span.0)
    }

    fn request(&mut self) {
        let CallRecord { method, kept, request, received, took, status, .. } = self.record;
        let reasons = kept.reasons;
        let (call, trace) = (&request.call, &request.call.traffic.trace);
        let parent = trace.caller.map(|caller| SpanId(caller.span.0));
        let times = (*received, *received + *took);
        let span = self.span(self.request_id(), parent, method.name(), times);
        let losses = self.record.degraded.iter().map(|loss| Cow::Owned(loss.task.to_string())).collect();
        let mut attributes = vec![
            ("log_id", text(&call.log_id)),
            ("status", Value::Int((*status).into())),
            ("reasons", names(reasons)),
            ("degraded", Value::Texts(losses)),
            ("route_group", call.viewer.route_group.name().into()),
            ("config_version", text(&self.record.config_version)),
        ];
        if !call.viewer.is_region_private {
            attributes.push(("region", text(call.viewer.region.as_str())));
        }
        let record = self.record;
        let optional =
            [("lane", &call.traffic.name), ("caller", &record.caller), ("stated_caller", &record.stated_caller)];
        attributes.extend(optional.into_iter().filter(|(_, it)| !it.is_empty()).map(|(name, it)| (name, text(it))));
        let arms = request.groups.exposed(&request.conf.experiments).map(|exposure| exposure.names);
        let arms: Vec<_> = arms.map(|(experiment, arm)| Cow::Owned(format!("{experiment}={arm}"))).collect();
        attributes.push(("arms", Value::Texts(arms)));
        let status = failed_if(reasons.has(Reason::Failed), || format!("status {status}").into());
        self.made.push(Span { kind: SpanKind::Server, attributes, status, ..span });
    }

    fn engine(&mut self, run: &dyn EngineRun) {
        let (id, start) = (self.own_id(), run.started_at());
        let span = self.span(id, Some(self.request_id()), run.engine(), (start, start + run.took()));
        let mut attributes = vec![("version", text(run.version())), ("critical_path", texts(run.critical_path()))];
        attributes.extend(run.stopped_by().map(|task| ("stopped_by", task.into())));
        self.made.push(Span { attributes, ..span });
        for task in run.tasks().iter().filter(|task| has_span(task)) {
            self.task(run, id, task);
        }
    }

    fn task(&mut self, run: &dyn EngineRun, engine: SpanId, task: &TaskRecord<'_, live_pack_dal::Error>) {
        let (id, begin) = (self.own_id(), run.started_at());
        let at = |ns: u32| begin + Duration::from_nanos(ns.into());
        // a task that failed before it started has a span without duration, at its end
        let (started, ended) =
            if task.started { (at(task.start_ns), at(task.end_ns)) } else { (at(task.end_ns), at(task.end_ns)) };
        let span = self.span(id, Some(engine), task.name, (started, ended));
        let outcome = outcome_name(task.outcome);
        let status = failed_if(matches!(task.outcome, Outcome::Failed(_)), || outcome.into());
        let mut attributes = vec![
            ("stage", task.stage.name().into()),
            ("strength", task.strength.name().into()),
            ("outcome", outcome.into()),
        ];
        attributes.extend(reason(task.outcome).map(|reason| ("reason", reason.into())));
        self.parents.push(Parent { engine: run.engine(), task: task.name, started, ended, span: id });
        self.made.push(Span { attributes, status, ..span });
    }

    fn call(&mut self, note: &CallNote) {
        let ended = note.ended.unwrap_or(self.record.received + self.record.took);
        let span =
            self.span(SpanId(note.span.0), Some(self.parent_of(note)), note.method.name(), (note.started, ended));
        let mut attributes = vec![
            ("service", note.method.service().name().into()),
            ("outcome", note.end.name().into()),
            ("keys", Value::Int(i64::try_from(note.keys).unwrap_or(i64::MAX))),
            ("attempts", Value::Int(note.attempts.into())),
            ("retried", note.is_retried.into()),
            ("hedged", note.is_hedged.into()),
        ];
        attributes.extend(note.instance.map(|at| ("server.address", at.to_string().into())));
        let status = failed_if(matches!(note.end, CallEnd::Failed(_)), || note.end.name().into());
        self.made.push(Span { kind: SpanKind::Client, attributes, status, ..span });
    }

    /// The span of the task that made the call. Of several runs of an engine, it is the run in which the call began.
    fn parent_of(&self, note: &CallNote) -> SpanId {
        let asked = |parent: &&Parent| (parent.engine, parent.task) == (note.asker.engine, note.asker.task);
        let during = |parent: &&Parent| (parent.started..=parent.ended).contains(&note.started);
        let mut runs = self.parents.iter().filter(asked);
        let first = runs.clone().next();
        runs.find(during).or(first).map_or_else(|| self.request_id(), |parent| parent.span)
    }
}

/// Whether a task has a span: it started, or it failed.
const fn has_span(task: &TaskRecord<'_, live_pack_dal::Error>) -> bool {
    task.started || matches!(task.outcome, Outcome::Failed(_))
}

fn failed_if(failed: bool, why: impl FnOnce() -> Cow<'static, str>) -> SpanStatus {
    if failed { SpanStatus::Error(why()) } else { SpanStatus::Unset }
}

fn text(text: &str) -> Value {
    Value::Text(Cow::Owned(text.to_owned()))
}

fn texts(texts: Vec<&'static str>) -> Value {
    Value::Texts(texts.into_iter().map(Cow::Borrowed).collect())
}

fn names(reasons: Reasons) -> Value {
    Value::Texts(reasons.iter().map(|reason| Cow::Borrowed(reason.name())).collect())
}
