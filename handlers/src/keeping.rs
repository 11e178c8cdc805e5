//! The decision at the end of a call: whether to keep its record, and for which reasons.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use live_pack_dal::{config::LogConf, model::Trace};
use live_pack_idl::Method;
use live_pack_metrics::{Metric, RECORDS_DROPPED, TRACES_DROPPED};
use prometheus::{IntCounter, IntCounterVec, Registry};
use tokio::time::Instant;

use crate::{
    budget::Budget,
    call_record::CallRecord,
    experiments::AnswerKind,
    reasons::{Kept, Reason, Reasons},
};

/// Receives the records to keep.
pub trait Keeper: Send + Sync {
    /// Takes a record without blocking. `false`: it was dropped, because too many records are waiting to be rendered.
    fn keep(&self, record: CallRecord) -> bool;
}

/// The receiver of records, and the enabled outputs.
pub struct KeepOptions {
    /// The receiver.
    pub keeper: Arc<dyn Keeper>,
    /// Whether records go to the log and the ring.
    pub records: bool,
    /// Whether spans are exported.
    pub traces: bool,
}

/// The inputs of the decision.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Facts<'a> {
    pub(crate) method: Method,
    pub(crate) conf: &'a LogConf,
    pub(crate) trace: &'a Trace,
    /// Whether its viewer or one of its rooms is followed.
    pub(crate) is_followed: bool,
    pub(crate) kind: AnswerKind,
    pub(crate) took: Duration,
}

/// The decision, its budgets, and its receiver.
pub(crate) struct Keeping {
    options: KeepOptions,
    records: Quota,
    traces: Quota,
}

/// Maximum number of records, and of traces, kept per second in addition to those in a share.
const PER_SECOND: usize = 20;

/// A limit on records or traces: the budget for those outside the share, and the counters of dropped ones.
struct Quota {
    // std mutex: held for a few comparisons, never across an await
    budget: Mutex<Budget>,
    /// Counters by reason and cause.
    dropped: [[IntCounter; Cause::ALL.len()]; Reason::ALL.len()],
}

/// Causes of a drop.
#[derive(Debug, Clone, Copy)]
enum Cause {
    /// The budget for this second is used up.
    Budget,
    /// Too many records are waiting to be rendered.
    Queue,
}

impl Cause {
    const ALL: [Self; 2] = [Self::Budget, Self::Queue];

    const fn name(self) -> &'static str {
        match self {
            Self::Budget => "budget",
            Self::Queue => "queue",
        }
    }
}

impl Quota {
    fn new(dropped: &Metric<IntCounterVec>, registry: &Registry) -> Result<Self, prometheus::Error> {
        let dropped = dropped.register(registry)?;
        let of = |reason: Reason| Cause::ALL.map(|cause| dropped.with_label_values(&[reason.name(), cause.name()]));
        let dropped = Reason::ALL.map(of);
        Ok(Self { budget: Mutex::new(Budget::new(PER_SECOND, Method::ALL.len())), dropped })
    }

    /// Whether the budget has room; if not, the drop is counted.
    fn admits(&self, method: Method, reasons: Reasons, now: Instant) -> bool {
        let is_admitted = self.budget.lock().unwrap_or_else(PoisonError::into_inner).take(method as usize, now);
        if !is_admitted {
            self.count(reasons, Cause::Budget);
        }
        is_admitted
    }

    /// Counts a drop under its most important reason.
    fn count(&self, reasons: Reasons, cause: Cause) {
        let reason = reasons.first().unwrap_or(Reason::Sampled);
        if let Some(counter) = self.dropped.get(reason as usize).and_then(|causes| causes.get(cause as usize)) {
            counter.inc();
        }
    }
}

impl std::fmt::Debug for Keeping {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keeping(..)")
    }
}

impl Keeping {
    /// Registers the metrics.
    ///
    /// # Errors
    /// A name is already registered.
    pub(crate) fn new(options: KeepOptions, registry: &Registry) -> Result<Self, prometheus::Error> {
        Ok(Self {
            options,
            records: Quota::new(&RECORDS_DROPPED, registry)?,
            traces: Quota::new(&TRACES_DROPPED, registry)?,
        })
    }

    /// Decides; `None`: the record is not kept. Calls in a share are always kept, all others within the budget.
    pub(crate) fn decide(&self, facts: &Facts<'_>, now: Instant) -> Option<Kept> {
        let Facts { method, conf, trace, is_followed, kind, took } = *facts;
        let is_flagged = trace.caller.is_some_and(|caller| caller.is_sampled);
        // a caller chooses its trace id, and could choose one in the share for all its calls
        let random = if trace.caller.is_some() { trace.span.0 } else { trace.id.random() };
        let in_share = conf.records.takes(random);
        let reasons = Reasons::default()
            .with(Reason::Failed, kind == AnswerKind::Failed)
            .with(Reason::Degraded, kind == AnswerKind::Degraded)
            .with(Reason::Slow, conf.slow.is_some_and(|slow| took >= slow))
            .with(Reason::Followed, is_followed)
            .with(Reason::Sampled, in_share || is_flagged);
        let is_head_sampled = trace.is_sampled && !is_flagged;
        if reasons == Reasons::default() && !is_head_sampled {
            return None;
        }
        // a followed call is recorded, but that is not a reason to trace it
        let has_trace_reason = is_flagged
            || [Reason::Failed, Reason::Degraded, Reason::Slow].into_iter().any(|reason| reasons.has(reason));
        let is_recorded = self.options.records
            && (in_share || reasons != Reasons::default() && self.records.admits(method, reasons, now));
        let is_traced =
            self.options.traces && (is_head_sampled || has_trace_reason && self.traces.admits(method, reasons, now));
        (is_recorded || is_traced).then_some(Kept { reasons, is_recorded, is_traced })
    }

    /// Hands a record to the receiver.
    pub(crate) fn hand_over(&self, record: CallRecord) {
        let Kept { reasons, is_recorded, is_traced } = record.kept;
        if self.options.keeper.keep(record) {
            return;
        }
        if is_recorded {
            self.records.count(reasons, Cause::Queue);
        }
        if is_traced {
            self.traces.count(reasons, Cause::Queue);
        }
    }
}

#[cfg(test)]
mod tests;
