//! Metrics of the caches.

use prometheus::{IntCounter, IntCounterVec};

/// The handles of one cache, resolved ahead.
#[derive(Debug, Clone)]
pub(crate) struct CacheMetrics {
    /// Keys found in local memory.
    pub(crate) local: IntCounter,
    /// Keys found in Redis.
    pub(crate) redis: IntCounter,
    /// Keys that were not in local memory, and whose load this caller began.
    pub(crate) loaded: IntCounter,
    /// Keys for which a stale value stood in.
    pub(crate) stale: IntCounter,
    /// Values in Redis that could not be read.
    pub(crate) unreadable: IntCounter,
}

impl CacheMetrics {
    /// The handles of the cache of this name.
    pub(crate) fn new(family: &IntCounterVec, cache: &str) -> Self {
        let outcome = |outcome: &str| family.with_label_values(&[cache, outcome]);
        Self {
            local: outcome("local"),
            redis: outcome("redis"),
            loaded: outcome("loaded"),
            stale: outcome("stale"),
            unreadable: outcome("unreadable"),
        }
    }
}
