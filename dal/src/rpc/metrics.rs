//! Metrics of downstream calls. Handles are resolved once, at construction.

mod failing;

use std::sync::{Arc, OnceLock};

use live_pack_idl::guard::{Observer, Refusal};
use prometheus::{HistogramOpts, HistogramVec, IntCounter, IntCounterVec, Opts, Registry};

pub(super) use self::failing::{DestinationMetrics, FailingMetrics, Refused};
use crate::{Downstream, DownstreamMethod, ErrorKind, model::RouteGroup};

/// The families, from which each method takes its own handles.
#[derive(Debug, Clone)]
pub(crate) struct RpcMetrics {
    seconds: HistogramVec,
    errors: IntCounterVec,
    malformed: IntCounterVec,
    refused: IntCounterVec,
    routes: IntCounterVec,
    lists: IntCounterVec,
    failing: FailingMetrics,
}

/// The handles of one method.
#[derive(Debug)]
pub(crate) struct MethodMetrics {
    /// Duration of a call in seconds, failed ones included.
    pub(crate) seconds: prometheus::Histogram,
    /// Items of an answer that could not be decoded and were left out or marked as failed.
    pub(crate) malformed: IntCounter,
    timeout: IntCounter,
    unreachable: IntCounter,
    broken: IntCounter,
    remote: IntCounter,
    bad_response: IntCounter,
    key: IntCounter,
    open: IntCounter,
    saturated: IntCounter,
}

impl RpcMetrics {
    /// Registers the families; fails if one of the names is already registered.
    pub(crate) fn register(registry: &Registry) -> Result<Self, prometheus::Error> {
        let seconds = HistogramVec::new(
            HistogramOpts::new("live_pack_rpc_seconds", "Seconds of a downstream call, failed calls included.")
                .buckets(vec![0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0]),
            &["downstream", "method"],
        )?;
        let errors = IntCounterVec::new(
            Opts::new("live_pack_rpc_errors_total", "Downstream calls that failed; kind key counts failed keys."),
            &["downstream", "method", "kind"],
        )?;
        let malformed = IntCounterVec::new(
            Opts::new("live_pack_rpc_malformed_total", "Items of downstream answers that could not be decoded."),
            &["downstream", "method"],
        )?;
        let refused = IntCounterVec::new(
            Opts::new(
                "live_pack_rpc_refused_total",
                "Downstream answers that the guard refused, by the rule they broke.",
            ),
            &["downstream", "kind"],
        )?;
        let routes = IntCounterVec::new(
            Opts::new(
                "live_pack_rpc_routes_total",
                "Downstream calls by the viewer's route group and the addresses taken: own, default for want of own ones, fallback while those are down, or lane.",
            ),
            &["downstream", "group", "taken"],
        )?;
        let lists = IntCounterVec::new(
            Opts::new(
                "live_pack_rpc_lists_total",
                "Lists of instances asked of a source, by result: taken, empty or failed; the last two keep the old list.",
            ),
            &["downstream", "route", "result"],
        )?;
        registry.register(Box::new(routes.clone()))?;
        registry.register(Box::new(lists.clone()))?;
        registry.register(Box::new(refused.clone()))?;
        registry.register(Box::new(seconds.clone()))?;
        registry.register(Box::new(errors.clone()))?;
        registry.register(Box::new(malformed.clone()))?;
        let failing = FailingMetrics::register(registry)?;
        Ok(Self { seconds, errors, malformed, refused, routes, lists, failing })
    }

    /// The counter for refused answers of a service.
    pub(crate) fn refusals(&self, downstream: &'static str) -> Arc<dyn Observer> {
        Arc::new(Refusals { downstream, refused: self.refused.clone() })
    }

    /// The counters of the routes of a service.
    pub(crate) fn routes(&self, downstream: Downstream) -> RouteMetrics {
        RouteMetrics { downstream, family: self.routes.clone(), counters: Default::default() }
    }

    /// Counts a list that was asked of a source.
    pub(crate) fn listed(&self, downstream: Downstream, route: &str, result: &'static str) {
        self.lists.with_label_values(&[downstream.name(), route, result]).inc();
    }

    /// The families of breakers, bulkheads, retries and hedges.
    pub(crate) fn failing(&self) -> FailingMetrics {
        self.failing.clone()
    }

    /// The handles of a method.
    pub(crate) fn method(&self, method: DownstreamMethod) -> MethodMetrics {
        let (downstream, method) = (method.service().name(), method.name());
        let error = |kind: &str| self.errors.with_label_values(&[downstream, method, kind]);
        MethodMetrics {
            seconds: self.seconds.with_label_values(&[downstream, method]),
            malformed: self.malformed.with_label_values(&[downstream, method]),
            timeout: error("timeout"),
            unreachable: error("unreachable"),
            broken: error("broken"),
            remote: error("remote"),
            bad_response: error("bad_response"),
            key: error("key"),
            open: error("open"),
            saturated: error("saturated"),
        }
    }
}

/// The addresses that a call takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taken {
    /// Those of its route group.
    Own,
    /// The default ones: its route group has none.
    Default,
    /// The default ones, because none of its own can be reached and the configuration allows it.
    Fallback,
    /// Those of its lane.
    Lane,
}

impl Taken {
    const COUNT: usize = 4;

    const fn name(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Default => "default",
            Self::Fallback => "fallback",
            Self::Lane => "lane",
        }
    }
}

/// The counters of the routes of one service.
#[derive(Debug)]
pub(crate) struct RouteMetrics {
    downstream: Downstream,
    family: IntCounterVec,
    /// Made when first needed: most services are called for few route groups.
    counters: [[OnceLock<IntCounter>; Taken::COUNT]; RouteGroup::ALL.len()],
}

impl RouteMetrics {
    /// Counts a call.
    pub(crate) fn count(&self, group: RouteGroup, taken: Taken) {
        let Some(cell) = self.counters.get(group as usize).and_then(|row| row.get(taken as usize)) else { return };
        cell.get_or_init(|| self.family.with_label_values(&[self.downstream.name(), group.name(), taken.name()])).inc();
    }
}

/// Counts the refused answers of one service.
struct Refusals {
    downstream: &'static str,
    refused: IntCounterVec,
}

impl Observer for Refusals {
    fn refused(&self, refusal: &Refusal) {
        self.refused.with_label_values(&[self.downstream, refusal.kind.name()]).inc();
    }
}

impl MethodMetrics {
    /// The counter for failures of a kind.
    pub(crate) const fn errors(&self, kind: ErrorKind) -> &IntCounter {
        match kind {
            ErrorKind::Timeout => &self.timeout,
            ErrorKind::Unreachable => &self.unreachable,
            ErrorKind::Broken => &self.broken,
            ErrorKind::Remote => &self.remote,
            ErrorKind::BadResponse => &self.bad_response,
            ErrorKind::Key => &self.key,
            ErrorKind::Open => &self.open,
            ErrorKind::Saturated => &self.saturated,
        }
    }
}
