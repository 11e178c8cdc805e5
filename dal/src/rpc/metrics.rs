//! Metrics of downstream calls. Handles are resolved once, at construction.

mod failing;
mod method;

use std::sync::{Arc, OnceLock};

use live_pack_idl::guard::{Observer, Refusal};
use live_pack_metrics::{RPC_ERRORS, RPC_LISTS, RPC_MALFORMED, RPC_REFUSED, RPC_ROUTES, RPC_SECONDS};
use prometheus::{HistogramVec, IntCounter, IntCounterVec, Registry};

pub(super) use self::failing::{DestinationMetrics, FailingMetrics, Refused};
pub(crate) use self::method::MethodMetrics;
use crate::{Downstream, DownstreamMethod, model::RouteGroup};

/// The value of `group` for all lanes.
const LANE: &str = "lane";

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

impl RpcMetrics {
    /// Registers the families; fails if one of the names is already registered.
    pub(crate) fn register(registry: &Registry) -> Result<Self, prometheus::Error> {
        Ok(Self {
            seconds: RPC_SECONDS.register(registry)?,
            errors: RPC_ERRORS.register(registry)?,
            malformed: RPC_MALFORMED.register(registry)?,
            refused: RPC_REFUSED.register(registry)?,
            routes: RPC_ROUTES.register(registry)?,
            lists: RPC_LISTS.register(registry)?,
            failing: FailingMetrics::register(registry)?,
        })
    }

    /// The counter for refused answers of a service.
    pub(crate) fn refusals(&self, downstream: &'static str) -> Arc<dyn Observer> {
        Arc::new(Refusals { downstream, refused: self.refused.clone() })
    }

    /// The counters of the routes of a service.
    pub(crate) fn routes(&self, downstream: Downstream) -> RouteMetrics {
        RouteMetrics { downstream, family: self.routes.clone(), counters: Default::default() }
    }

    /// Counts a list that was requested from a source.
    pub(crate) fn listed(&self, downstream: Downstream, route: &str, result: &'static str) {
        self.lists.with_label_values(&[downstream.name(), route, result]).inc();
    }

    /// The families of breakers, bulkheads, retries and hedges.
    pub(crate) fn failing(&self) -> FailingMetrics {
        self.failing.clone()
    }

    /// The handles of a method.
    pub(crate) fn method(&self, method: DownstreamMethod) -> MethodMetrics {
        MethodMetrics::new(self, method)
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
