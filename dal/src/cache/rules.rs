//! How long values are kept, and how many.

use std::time::Duration;

/// The rules of one cache. Replaced as a whole while the cache runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CacheRules {
    /// Off: every look-up goes to the downstream.
    pub enabled: bool,
    /// How long a value is fresh in local memory, give or take a tenth.
    pub local_ttl: Duration,
    /// Values in local memory, at least 1.
    pub local_entries: u64,
    /// How long Redis keeps a value, give or take a tenth; `None`: not kept there.
    pub redis_ttl: Option<Duration>,
    /// How long after its time a value may still stand in for a load that failed; zero: never.
    pub stale: Duration,
    /// How long "there is none" is kept, in local memory only.
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
    /// Local memory only, for this long, this many; "there is none" is kept for a second at most.
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

    /// The same, and in Redis for this long.
    #[must_use]
    pub const fn with_redis(mut self, ttl: Duration) -> Self {
        self.redis_ttl = Some(ttl);
        self
    }

    /// The longest time any value may stay in memory.
    pub(crate) fn longest(&self) -> Duration {
        (self.local_ttl.max(self.negative_ttl).saturating_mul(11) / 10).saturating_add(self.stale)
    }

    /// Whether values kept under these rules may be found under the others.
    pub(crate) fn shares_store(&self, other: &Self) -> bool {
        self.generation == other.generation
            && self.local_entries == other.local_entries
            && self.longest() == other.longest()
            && self.enabled == other.enabled
    }
}

/// `ttl` give or take a tenth, by `seed`: values that came together do not leave together.
pub(crate) fn jittered(ttl: Duration, seed: u64) -> Duration {
    let permille = 900 + u32::try_from(seed % 201).unwrap_or(100);
    ttl.saturating_mul(permille) / 1000
}
