//! The state of one destination of a method, and the calls on it.

use std::{
    ops::Deref,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use tokio::time::Instant;

use super::{
    adaptive::Adaptive,
    breaker::{Breaker, BreakerState, Pass},
    budget::Budget,
    bulkhead::Bulkhead,
    latencies::Latencies,
    window::Verdict,
};
use crate::{
    DownstreamMethod, ErrorKind,
    config::{AdaptiveRules, BreakerRules, BulkheadRules, Failing, Forced},
    rpc::metrics::{DestinationMetrics, Refused},
};

/// Minimum wait of a call for its time-out to count as a failure of the service, and not of a caller without time. Less
/// than half of the shipped timeout of an engine, after which early tasks take stale values.
const PATIENCE: Duration = Duration::from_millis(40);

/// The same, in medians of the calls of the last minute. The larger one counts.
const PATIENCE_MEDIANS: u32 = 4;

/// The rules for the calls of one method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rules {
    breaker: BreakerRules,
    bulkhead: BulkheadRules,
    adaptive: AdaptiveRules,
    retries: bool,
    hedges: bool,
}

impl Rules {
    /// The part of a service's rules that applies to this method.
    pub(super) fn of(failing: &Failing, method: DownstreamMethod) -> Self {
        let Failing { breaker, retry, bulkhead, hedge, adaptive } = failing;
        Self {
            breaker: *breaker,
            bulkhead: *bulkhead,
            adaptive: *adaptive,
            retries: retry.enabled,
            hedges: hedge.enabled && hedge.methods.contains(method.name()),
        }
    }
}

/// One destination: a method, and a route group or a lane.
#[derive(Debug)]
pub(super) struct Destination {
    /// Route group or lane.
    name: &'static str,
    breaker: Breaker,
    bulkhead: Bulkhead,
    adaptive: Adaptive,
    retries: Budget,
    hedges: Budget,
    latencies: Latencies,
    metrics: DestinationMetrics,
}

/// The state of a method for one route group or lane.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct MethodStatus {
    /// Its name.
    pub method: &'static str,
    /// The route group of the viewers, or the lane.
    pub route: &'static str,
    /// The breaker.
    pub breaker: BreakerState,
    /// The forced state of the breaker.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forced: Option<Forced>,
    /// Places in use: calls, and hedges beside them.
    pub in_flight: usize,
    /// Number of places.
    pub limit: usize,
    /// Retries that may be made at once.
    pub retry_tokens: u32,
    /// Hedges that may be made at once.
    pub hedge_tokens: u32,
    /// Median of the calls of the last minute in microseconds, rounded up to a quarter of a power of two; 0: unknown.
    pub median_us: u64,
}

impl Destination {
    /// A destination with a closed breaker and all places free.
    pub(super) fn new(rules: &Rules, metrics: DestinationMetrics, name: &'static str) -> Self {
        let born = Instant::now();
        Self {
            name,
            breaker: Breaker::new(born),
            bulkhead: Bulkhead::new(rules.bulkhead.max),
            adaptive: Adaptive::new(born),
            retries: Budget::of_retries(),
            hedges: Budget::of_hedges(),
            latencies: Latencies::new(born),
            metrics,
        }
    }

    /// Puts `rules` in force in the place of `before`.
    pub(super) fn apply(&self, before: &Rules, rules: &Rules) {
        if before.breaker.window != rules.breaker.window {
            self.breaker.forget();
        }
        if !rules.adaptive.enabled {
            self.adaptive.reset();
        }
        self.fit(rules);
        self.metrics.show(self.breaker.state(&rules.breaker).number());
    }

    /// Gives the bulkhead the size of the limit.
    fn fit(&self, rules: &Rules) {
        let limit = self.adaptive.limit(rules.adaptive.min, rules.bulkhead.max);
        if limit != self.bulkhead.size() {
            self.bulkhead.resize(limit);
        }
    }

    /// A copy of the state.
    pub(super) fn status(&self, method: &'static str, rules: &Rules, now: Instant) -> MethodStatus {
        let median = self.latencies.median(now).unwrap_or_default();
        MethodStatus {
            method,
            route: self.name,
            breaker: self.breaker.state(&rules.breaker),
            forced: rules.breaker.forced,
            in_flight: self.bulkhead.in_use(),
            limit: self.bulkhead.size(),
            retry_tokens: self.retries.tokens(),
            hedge_tokens: self.hedges.tokens(),
            median_us: u64::try_from(median.as_micros()).unwrap_or(u64::MAX),
        }
    }

    fn has_changed_to(&self, state: BreakerState) {
        self.metrics.show(state.number());
        let (downstream, route) = (self.metrics.method(), self.name);
        match state {
            BreakerState::Open => tracing::warn!(%downstream, route, "the circuit is open: calls are refused"),
            BreakerState::Closed => tracing::info!(%downstream, route, "the circuit is closed again"),
            BreakerState::HalfOpen => {
                tracing::debug!(%downstream, route, "the circuit is half-open: calls go out on trial")
            }
        }
    }
}

/// A destination for the time of a call.
pub(super) enum Held<'a> {
    Group(&'a Destination),
    /// Reference-counted, because a change of configuration may remove the lane meanwhile.
    Lane(Arc<Destination>),
}

impl Deref for Held<'_> {
    type Target = Destination;

    fn deref(&self) -> &Destination {
        match self {
            Held::Group(destination) => destination,
            Held::Lane(destination) => destination,
        }
    }
}

/// End of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::rpc) enum Ended {
    /// A good answer.
    Answered,
    /// A failure of the service.
    Failed,
    /// No answer in time.
    TimedOut,
    /// Nothing went out.
    NotMade,
}

/// A call that may go out. Dropped without [`Admission::end`], it counts as timed out if its deadline has passed, else as
/// cancelled, which does not count.
pub(in crate::rpc) struct Admission<'a> {
    destination: Held<'a>,
    rules: Rules,
    pass: Pass,
    began: Instant,
    deadline: Instant,
    has_place: bool,
    has_ended: bool,
    /// The service reported overload.
    is_overloaded: AtomicBool,
}

/// The place of a hedge, returned when dropped.
pub(in crate::rpc) struct HedgePlace<'a>(&'a Destination);

impl Drop for HedgePlace<'_> {
    fn drop(&mut self) {
        self.0.bulkhead.give_back();
    }
}

impl<'a> Admission<'a> {
    /// Asks the breaker, then waits for a place.
    pub(super) async fn new(destination: Held<'a>, rules: Rules, deadline: Instant) -> Result<Self, ErrorKind> {
        let began = Instant::now();
        let Some(pass) = destination.breaker.admit(began, &rules.breaker) else {
            destination.metrics.show(destination.breaker.state(&rules.breaker).number());
            destination.metrics.refused(Refused::Open);
            return Err(ErrorKind::Open);
        };
        if pass.has_changed {
            destination.has_changed_to(pass.state);
        }
        // from here on a drop returns the permits
        let mut admission = Self {
            destination,
            rules,
            pass,
            began,
            deadline,
            has_place: false,
            has_ended: false,
            is_overloaded: AtomicBool::new(false),
        };
        if !admission.destination.bulkhead.take(rules.bulkhead.wait).await {
            admission.destination.metrics.refused(Refused::Saturated);
            return Err(ErrorKind::Saturated);
        }
        admission.has_place = true;
        admission.destination.retries.earn();
        if rules.hedges {
            admission.destination.hedges.earn();
        }
        Ok(admission)
    }

    /// Whether a call that failed now may be made again. Counts it.
    pub(in crate::rpc) fn spend_retry(&self, now: Instant) -> bool {
        let median = self.destination.latencies.median(now).unwrap_or_default();
        let left = self.deadline.saturating_duration_since(now);
        let may = self.rules.retries && left > median && self.destination.retries.spend();
        if may {
            self.destination.metrics.retried();
        }
        may
    }

    /// Time after which a second call may be made while this one is under way; `None`: none may.
    pub(in crate::rpc) fn hedge_after(&self) -> Option<Duration> {
        if !self.rules.hedges || self.pass.state != BreakerState::Closed {
            return None;
        }
        let now = Instant::now();
        self.destination.latencies.high(now).filter(|delay| now + *delay < self.deadline)
    }

    /// A place for the second call, if the breaker is still closed and budget and bulkhead allow it. Counts it.
    pub(in crate::rpc) fn take_hedge(&self) -> Option<HedgePlace<'_>> {
        let destination = &*self.destination;
        if destination.breaker.state(&self.rules.breaker) != BreakerState::Closed || !destination.bulkhead.try_take() {
            return None;
        }
        let place = HedgePlace(destination);
        destination.hedges.spend().then(|| {
            destination.metrics.hedged();
            place
        })
    }

    /// Notes that the service reported overload.
    pub(in crate::rpc) fn note_overload(&self) {
        self.is_overloaded.store(true, Relaxed);
    }

    /// Records the end of the call.
    pub(in crate::rpc) fn end(mut self, ended: Ended) {
        self.finish(ended);
    }

    fn finish(&mut self, ended: Ended) {
        self.has_ended = true;
        let now = Instant::now();
        let took = now.saturating_duration_since(self.began);
        let (destination, rules) = (&*self.destination, &self.rules);
        let verdict = match ended {
            Ended::Answered if rules.breaker.slow_call.is_some_and(|limit| took >= limit) => Verdict::Slow,
            Ended::Answered => Verdict::Good,
            Ended::Failed => Verdict::Failed,
            Ended::TimedOut if self.had_time(now) => Verdict::Failed,
            Ended::TimedOut | Ended::NotMade => Verdict::Unknown,
        };
        if ended == Ended::Answered {
            destination.latencies.record(now, took);
        }
        if rules.adaptive.enabled {
            let (min, max) = (rules.adaptive.min, rules.bulkhead.max);
            let is_overloaded =
                self.is_overloaded.load(Relaxed) || (ended, verdict) == (Ended::TimedOut, Verdict::Failed);
            if is_overloaded {
                destination.adaptive.fall(now, min, max);
            } else if ended == Ended::Answered {
                destination.adaptive.grow(destination.bulkhead.in_use(), min, max);
            }
            destination.fit(rules);
        }
        if self.has_place {
            destination.bulkhead.give_back();
        }
        if let Some(state) = destination.breaker.end(self.pass, now, verdict, &rules.breaker) {
            destination.has_changed_to(state);
        }
    }

    /// Whether the call had enough time for its time-out to count as a failure of the service.
    fn had_time(&self, now: Instant) -> bool {
        let median = self.destination.latencies.median(now).unwrap_or_default();
        self.deadline.saturating_duration_since(self.began) >= PATIENCE.max(median * PATIENCE_MEDIANS)
    }
}

impl Drop for Admission<'_> {
    fn drop(&mut self) {
        if !self.has_ended {
            let is_late = self.has_place && Instant::now() >= self.deadline;
            self.finish(if is_late { Ended::TimedOut } else { Ended::NotMade });
        }
    }
}
