//! Caches, Redis, memoised functions, texts.

use prometheus::{IntCounter, IntCounterVec, IntGauge, IntGaugeVec};

use crate::ReadGauge;

families! {
    "Caches, Redis and texts";

    /// Keys looked up in the two-level caches, by the level that had them.
    CACHE_KEYS: IntCounterVec = "live_pack_cache_keys_total" ["cache", "outcome"]
        => "`stale`: the load failed and an old value was served; check the downstream service.";
    /// Ids whose cached values were invalidated, by this instance or by another one.
    CACHE_FORGOTTEN: IntCounterVec = "live_pack_cache_forgotten_total" ["cache"];
    /// 1 while this instance receives the invalidations of other instances; 0 without Redis.
    CACHE_SUBSCRIBED: IntGauge = "live_pack_cache_subscribed" [];
    /// Losses of the subscription to invalidations; each invalidates the local caches.
    CACHE_SUBSCRIPTIONS_LOST: IntCounter = "live_pack_cache_subscriptions_lost_total" [];
    /// 1 while Redis answers, 0 while it does not. Exported only if Redis is configured.
    REDIS_UP: ReadGauge = "live_pack_redis_up" [];
    /// Values and counts written to Redis in the background, by outcome.
    REDIS_WRITES: IntCounterVec = "live_pack_redis_writes_total" ["outcome"];
    /// Look-ups of memoised results of pure functions: found (hit) or computed (miss). Not counted while memoisation is off.
    MEMORY_LOOKUPS: IntCounterVec = "live_pack_memory_lookups_total" ["memory", "outcome"];
    /// Memory of the memoised results, in bytes.
    MEMORY_BYTES: IntGaugeVec = "live_pack_memory_bytes" ["memory"];
    /// Texts taken from English because the language lacks them.
    TEXT_FALLBACK: IntCounterVec = "live_pack_text_fallback_total" ["language"];
}
