//! Metrics of the rate limiter.

use live_pack_metrics::{RATE_LIMITED, RATE_LOCAL};
use prometheus::{IntCounter, Registry};

use crate::config::RateLevel;

/// The handles, resolved ahead.
#[derive(Debug)]
pub(super) struct RateMetrics {
    /// In the order of the levels.
    refused: [IntCounter; 3],
    /// Decisions made without Redis although one is configured.
    pub(super) local: IntCounter,
}

impl RateMetrics {
    pub(super) fn register(registry: &Registry) -> Result<Self, prometheus::Error> {
        let (refused, local) = (RATE_LIMITED.register(registry)?, RATE_LOCAL.register(registry)?);
        Ok(Self { refused: RateLevel::ALL.map(|level| refused.with_label_values(&[level.name()])), local })
    }

    /// In the order of the levels.
    #[cfg(test)]
    pub(super) fn refused_so_far(&self) -> [u64; 3] {
        self.refused.each_ref().map(IntCounter::get)
    }

    /// Counts a refusal.
    pub(super) fn refused(&self, level: RateLevel) {
        let [service, interface, user] = &self.refused;
        match level {
            RateLevel::Service => service,
            RateLevel::Interface => interface,
            RateLevel::User => user,
        }
        .inc();
    }
}
