//! Lifetimes and sizes of the caches.

use std::time::Duration;

/// The rules of one cache. Replaced as a whole while the cache runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CacheRules {
    /// Whether the cache is used; if not, every look-up calls the downstream service.
    pub enabled: bool,
    /// Lifetime of a value in local memory, ± 10 %.
    pub local_ttl: Duration,
    /// Maximum number of values in local memory, at least 1.
    pub local_entries: u64,
    /// Lifetime of a value in Redis, ± 10 %; `None`: not kept there.
    pub redis_ttl: Option<Duration>,
    /// Time after the end of its lifetime in local memory for which a value stands in for a load that fails or hangs;
    /// zero: never. Missing values never stand in.
    pub stale: Duration,
    /// Lifetime of a missing value, in local memory only.
    pub negative_ttl: Duration,
    /// A number whose change empties the cache, Redis included.
    pub generation: u32,
}

impl Default for CacheRules {
    fn default() -> Self {
        Self::local(Duration::from_secs(1), 10_000)
    }
}

impl CacheRules {
    /// Local memory only, with this lifetime and size; missing values are kept for a second at most.
    #[must_use]
    pub const fn local(local_ttl: Duration, local_entries: u64) -> Self {
        let second = Duration::from_secs(1);
        let negative_ttl = if local_ttl.as_nanos() < second.as_nanos() { local_ttl } else { second };
        Self {
            enabled: true,
            local_ttl,
            local_entries,
            redis_ttl: None,
            stale: Duration::ZERO,
            negative_ttl,
            generation: 0,
        }
    }

    /// The same, and in Redis with this lifetime.
    #[must_use]
    pub const fn with_redis(mut self, ttl: Duration) -> Self {
        self.redis_ttl = Some(ttl);
        self
    }

    /// The same, and standing in for failed loads for this long.
    #[must_use]
    pub const fn with_stale(mut self, stale: Duration) -> Self {
        self.stale = stale;
        self
    }

    /// The longest time for which a value is fresh in local memory.
    pub(super) fn longest_fresh(&self) -> Duration {
        self.local_ttl.max(self.negative_ttl).saturating_mul(11) / 10
    }

    /// Whether values kept under these rules may be found under the others. `stale` does not matter: it is raised in an
    /// outage, when the values that are there are all there is.
    pub(super) fn shares_store(&self, other: &Self) -> bool {
        let kept =
            |rules: &Self| (rules.enabled, rules.generation, rules.local_entries, rules.local_ttl, rules.negative_ttl);
        kept(self) == kept(other)
    }
}

/// `ttl` ± 10 %, by `seed`: values that were loaded together do not expire together.
pub(crate) fn jittered(ttl: Duration, seed: u64) -> Duration {
    let permille = 900 + u32::try_from(seed % 201).unwrap_or(100);
    ttl.saturating_mul(permille) / 1000
}
