//! Metrics of the rate limiter.

use prometheus::{IntCounter, IntCounterVec, Opts, Registry};

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
        let refused = IntCounterVec::new(
            Opts::new("live_pack_rate_limited_total", "Requests refused by a rate, by the level of the rate."),
            &["level"],
        )?;
        let local = IntCounter::new(
            "live_pack_rate_local_total",
            "Requests judged by this instance's share of the limits because Redis did not answer.",
        )?;
        registry.register(Box::new(refused.clone()))?;
        registry.register(Box::new(local.clone()))?;
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
