//! Caches, Redis, memories of pure functions, texts.

use prometheus::{IntCounter, IntCounterVec, IntGauge, IntGaugeVec};

use crate::ReadGauge;

families! {
    "Caches, Redis and texts";

    /// Keys looked up in the two-level caches, by the level that had them.
    CACHE_KEYS: IntCounterVec = "live_pack_cache_keys_total" ["cache", "outcome"]
        => "`stale`: the load failed and an old value stood in; find out what is wrong with the service.";
    /// Ids whose values were forgotten on purpose, by this instance or because another one said so.
    CACHE_FORGOTTEN: IntCounterVec = "live_pack_cache_forgotten_total" ["cache"];
    /// 1 while this instance hears of what others forget; 0 without Redis.
    CACHE_SUBSCRIBED: IntGauge = "live_pack_cache_subscribed" [];
    /// Losses of the subscription to what others forget; each voids the local caches.
    CACHE_SUBSCRIPTIONS_LOST: IntCounter = "live_pack_cache_subscriptions_lost_total" [];
    /// 1 while Redis answers, 0 while it is away. Only with Redis.
    REDIS_UP: ReadGauge = "live_pack_redis_up" [];
    /// Values and counts written to Redis in the background, by outcome.
    REDIS_WRITES: IntCounterVec = "live_pack_redis_writes_total" ["outcome"];
    /// Results of pure functions that were kept (hit) or computed (miss). Switched off: neither.
    MEMORY_LOOKUPS: IntCounterVec = "live_pack_memory_lookups_total" ["memory", "outcome"];
    /// Memory of the results kept, in bytes.
    MEMORY_BYTES: IntGaugeVec = "live_pack_memory_bytes" ["memory"];
    /// Texts taken from English because the language lacks them.
    TEXT_FALLBACK: IntCounterVec = "live_pack_text_fallback_total" ["language"];
}
