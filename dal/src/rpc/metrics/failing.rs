//! Metrics of breakers, bulkheads, retries and hedges, per method and route group. A series exists from its first event on.

use std::sync::OnceLock;

use live_pack_metrics::{RPC_BREAKER_STATE, RPC_CALLS_REFUSED, RPC_HEDGES, RPC_RETRIES};
use prometheus::{IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Registry};

use super::LANE;
use crate::{DownstreamMethod, model::RouteGroup};

/// The families, from which each destination takes its own handles.
#[derive(Debug, Clone)]
pub(in crate::rpc) struct FailingMetrics {
    breakers: IntGaugeVec,
    retries: IntCounterVec,
    hedges: IntCounterVec,
    refused: IntCounterVec,
}

/// Reasons that a call was not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::rpc) enum Refused {
    /// The circuit is open.
    Open,
    /// Too many calls are in flight.
    Saturated,
}

/// The handles of one destination.
#[derive(Debug)]
pub(in crate::rpc) struct DestinationMetrics {
    families: FailingMetrics,
    method: DownstreamMethod,
    group: Option<RouteGroup>,
    breaker: OnceLock<IntGauge>,
    retries: OnceLock<IntCounter>,
    hedges: OnceLock<IntCounter>,
    open: OnceLock<IntCounter>,
    saturated: OnceLock<IntCounter>,
}

impl FailingMetrics {
    /// Registers the families; fails if one of the names is already registered.
    pub(super) fn register(registry: &Registry) -> Result<Self, prometheus::Error> {
        Ok(Self {
            breakers: RPC_BREAKER_STATE.register(registry)?,
            retries: RPC_RETRIES.register(registry)?,
            hedges: RPC_HEDGES.register(registry)?,
            refused: RPC_CALLS_REFUSED.register(registry)?,
        })
    }

    /// The handles of a method for a route group; `None`: for a lane.
    pub(in crate::rpc) fn destination(
        &self,
        method: DownstreamMethod,
        group: Option<RouteGroup>,
    ) -> DestinationMetrics {
        DestinationMetrics {
            families: self.clone(),
            method,
            group,
            breaker: OnceLock::new(),
            retries: OnceLock::new(),
            hedges: OnceLock::new(),
            open: OnceLock::new(),
            saturated: OnceLock::new(),
        }
    }
}

impl DestinationMetrics {
    fn labels(&self) -> [&'static str; 3] {
        [self.method.service().name(), self.method.name(), self.group.map_or(LANE, RouteGroup::name)]
    }

    /// The method.
    pub(in crate::rpc) const fn method(&self) -> DownstreamMethod {
        self.method
    }

    /// Shows the state of the breaker. Lanes share their labels, so theirs is shown in `/api/downstreams` only.
    pub(in crate::rpc) fn show(&self, state: i64) {
        if self.group.is_none() || (state == 0 && self.breaker.get().is_none()) {
            return;
        }
        self.breaker.get_or_init(|| self.families.breakers.with_label_values(&self.labels())).set(state);
    }

    /// Counts a retry.
    pub(in crate::rpc) fn retried(&self) {
        self.retries.get_or_init(|| self.families.retries.with_label_values(&self.labels())).inc();
    }

    /// Counts a hedge.
    pub(in crate::rpc) fn hedged(&self) {
        self.hedges.get_or_init(|| self.families.hedges.with_label_values(&self.labels())).inc();
    }

    /// Counts a call that was not made.
    pub(in crate::rpc) fn refused(&self, reason: Refused) {
        let (counter, kind) = match reason {
            Refused::Open => (&self.open, "open"),
            Refused::Saturated => (&self.saturated, "saturated"),
        };
        let [downstream, method, group] = self.labels();
        counter.get_or_init(|| self.families.refused.with_label_values(&[downstream, method, group, kind])).inc();
    }
}
