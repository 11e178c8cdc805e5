//! `CacheConf`: lifetimes and sizes of the caches.

use std::{collections::BTreeMap, time::Duration};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Key,
    check::{Check, ms},
    keyed::Keyed,
    span::Span,
};
use crate::{cache::CacheRules, fetch::CacheName};

/// `CacheConf`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CacheConf {
    rules: BTreeMap<CacheName, CacheRules>,
}

impl CacheConf {
    /// The rules of a cache: the values of the file, with the built-in value for each that it leaves out.
    #[must_use]
    pub fn of(&self, cache: CacheName) -> CacheRules {
        self.rules.get(&cache).cloned().unwrap_or_else(|| cache.defaults())
    }
}

/// Caches.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RawCaches {
    /// By the name of the cache; a cache or field that is left out keeps its built-in value.
    caches: BTreeMap<String, RawCache>,
}

#[derive(Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct RawCache {
    /// Whether the cache is used.
    #[serde(skip_serializing_if = "Option::is_none")]
    enabled: Option<bool>,
    /// Lifetime of a value in the local cache: 0ms (not cached) to 1h.
    #[serde(skip_serializing_if = "Option::is_none")]
    local_ttl: Option<Span>,
    /// Maximum number of values in the local cache: 1 to 10000000.
    #[serde(skip_serializing_if = "Option::is_none")]
    local_size: Option<u64>,
    /// Lifetime of a value in Redis: 0ms (not cached) to 7d.
    #[serde(skip_serializing_if = "Option::is_none")]
    redis_ttl: Option<Span>,
    /// Time after `redis_ttl` for which a value still serves when nothing fresher can be had: 0ms to 7d.
    #[serde(skip_serializing_if = "Option::is_none")]
    stale: Option<Span>,
    /// Lifetime of "not found": 0ms (not cached) to 1h.
    #[serde(skip_serializing_if = "Option::is_none")]
    negative_ttl: Option<Span>,
    /// Part of every key: changing it empties the cache.
    #[serde(skip_serializing_if = "Option::is_none")]
    generation: Option<u32>,
}

impl Default for RawCaches {
    fn default() -> Self {
        let raw = |cache: CacheName| {
            let rules = cache.defaults();
            let raw = RawCache {
                enabled: Some(rules.enabled),
                local_ttl: Some(Span::of(rules.local_ttl)),
                local_size: Some(rules.local_entries),
                redis_ttl: rules.redis_ttl.map(Span::of),
                stale: Some(Span::of(rules.stale)),
                negative_ttl: Some(Span::of(rules.negative_ttl)),
                generation: Some(rules.generation),
            };
            (cache.name().to_owned(), raw)
        };
        Self { caches: CacheName::ALL.into_iter().map(raw).collect() }
    }
}

impl Keyed for CacheConf {
    const KEY: Key = Key::Cache;
    type Raw = RawCaches;

    fn checked(raw: Self::Raw, check: &mut Check<'_>) -> Self {
        let mut rules = BTreeMap::new();
        for (name, said) in raw.caches {
            let at = format!("caches.{name}");
            match CacheName::ALL.into_iter().find(|cache| cache.name() == name) {
                Some(cache) => {
                    rules.insert(cache, said.checked(&at, cache.defaults(), check));
                }
                None => {
                    let known = CacheName::ALL.map(CacheName::name).join(", ");
                    check.fail(&at, format!("must be a cache, one of {known}"), &name);
                }
            }
        }
        Self { rules }
    }
}

impl RawCache {
    fn checked(self, at: &str, base: CacheRules, check: &mut Check<'_>) -> CacheRules {
        let (hour, week) = (ms(3_600_000), ms(7 * 86_400_000));
        let mut span = |name: &str, raw: Option<Span>, base, max| {
            raw.map_or(base, |raw| check.span(format_args!("{at}.{name}"), &raw, Duration::ZERO..=max))
        };
        let local_ttl = span("local_ttl", self.local_ttl, base.local_ttl, hour);
        let redis_ttl = span("redis_ttl", self.redis_ttl, base.redis_ttl.unwrap_or_default(), week);
        let stale = span("stale", self.stale, base.stale, week);
        let negative_ttl = span("negative_ttl", self.negative_ttl, base.negative_ttl, hour);
        let local_size = self.local_size.unwrap_or(base.local_entries);
        CacheRules {
            enabled: self.enabled.unwrap_or(base.enabled),
            local_ttl,
            local_entries: check.within(format_args!("{at}.local_size"), local_size, 1..=10_000_000),
            redis_ttl: (!redis_ttl.is_zero()).then_some(redis_ttl),
            stale,
            negative_ttl,
            generation: self.generation.unwrap_or(base.generation),
        }
    }
}
