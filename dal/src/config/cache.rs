//! `CacheConf`: lifetimes and sizes of the caches and the memories.

use std::{collections::BTreeMap, time::Duration};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Key,
    check::{Check, ms},
    keyed::Keyed,
    size::Size,
    span::RawSpan,
};
use crate::{
    cache::{CacheName, CacheRules},
    memory::{MemoryName, MemoryRules},
};

/// The smallest and the largest memory, in bytes.
const MEMORY: std::ops::RangeInclusive<u64> = 1 << 20..=1 << 30;

/// `CacheConf`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CacheConf {
    rules: BTreeMap<CacheName, CacheRules>,
    memories: BTreeMap<MemoryName, MemoryRules>,
}

impl CacheConf {
    /// The rules of a cache: the values of the file, with the built-in value for each that it leaves out.
    #[must_use]
    pub fn of(&self, cache: CacheName) -> CacheRules {
        self.rules.get(&cache).cloned().unwrap_or_else(|| cache.defaults())
    }

    /// The rules of a memory, likewise.
    #[must_use]
    pub fn memory(&self, memory: MemoryName) -> MemoryRules {
        self.memories.get(&memory).copied().unwrap_or_else(|| memory.defaults())
    }
}

/// Caches.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RawCaches {
    /// By the name of the cache; a cache or field that is left out keeps its built-in value. `cards` and `folds` hold
    /// results of pure functions and have two fields, `enabled` and `max_bytes`; the other caches have all other fields.
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
    local_ttl: Option<RawSpan>,
    /// Maximum number of values in the local cache: 1 to 10000000.
    #[serde(skip_serializing_if = "Option::is_none")]
    local_size: Option<u64>,
    /// Lifetime of a value in Redis: 0ms (not cached) to 7d.
    #[serde(skip_serializing_if = "Option::is_none")]
    redis_ttl: Option<RawSpan>,
    /// Time after `local_ttl` for which a value stands in for a load that fails or hangs: 0ms (never) to 7d. A change of it
    /// empties nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    stale: Option<RawSpan>,
    /// Lifetime of "not found": 0ms (not cached) to 1h.
    #[serde(skip_serializing_if = "Option::is_none")]
    negative_ttl: Option<RawSpan>,
    /// Part of every key: changing it empties the cache.
    #[serde(skip_serializing_if = "Option::is_none")]
    generation: Option<u32>,
    /// Maximum memory of `cards` or `folds`: 1MiB to 1GiB.
    #[serde(skip_serializing_if = "Option::is_none")]
    max_bytes: Option<Size>,
}

impl Default for RawCaches {
    fn default() -> Self {
        let raw = |cache: CacheName| {
            let rules = cache.defaults();
            let raw = RawCache {
                enabled: Some(rules.enabled),
                local_ttl: Some(RawSpan::of(rules.local_ttl)),
                local_size: Some(rules.local_entries),
                redis_ttl: rules.redis_ttl.map(RawSpan::of),
                stale: Some(RawSpan::of(rules.stale)),
                negative_ttl: Some(RawSpan::of(rules.negative_ttl)),
                generation: Some(rules.generation),
                max_bytes: None,
            };
            (cache.name().to_owned(), raw)
        };
        let raw_memory = |memory: MemoryName| {
            let MemoryRules { enabled, max_bytes } = memory.defaults();
            let raw = RawCache { enabled: Some(enabled), max_bytes: Some(Size::of(max_bytes)), ..RawCache::default() };
            (memory.name().to_owned(), raw)
        };
        let memories = MemoryName::ALL.into_iter().map(raw_memory);
        Self { caches: CacheName::ALL.into_iter().map(raw).chain(memories).collect() }
    }
}

impl Keyed for CacheConf {
    const KEY: Key = Key::Cache;
    type Raw = RawCaches;

    fn checked(raw: Self::Raw, check: &mut Check<'_>) -> Self {
        let (mut rules, mut memories) = (BTreeMap::new(), BTreeMap::new());
        for (name, said) in raw.caches {
            let at = format!("caches.{name}");
            let cache = CacheName::named(&name);
            let memory = MemoryName::ALL.into_iter().find(|memory| memory.name() == name);
            if let Some(cache) = cache {
                rules.insert(cache, said.checked(&at, cache.defaults(), check));
            } else if let Some(memory) = memory {
                memories.insert(memory, said.checked_memory(&at, memory.defaults(), check));
            } else {
                let names =
                    CacheName::ALL.map(CacheName::name).into_iter().chain(MemoryName::ALL.map(MemoryName::name));
                let known = names.collect::<Vec<_>>().join(", ");
                check.fail(&at, format!("must be a cache, one of {known}"), &name);
            }
        }
        Self { rules, memories }
    }
}

impl RawCache {
    /// The rules of a memory. It has no lifetimes: a result is valid as long as its inputs.
    fn checked_memory(self, at: &str, base: MemoryRules, check: &mut Check<'_>) -> MemoryRules {
        let Self { enabled, max_bytes, local_ttl, local_size, redis_ttl, stale, negative_ttl, generation } = self;
        for (name, said) in
            [("local_ttl", local_ttl), ("redis_ttl", redis_ttl), ("stale", stale), ("negative_ttl", negative_ttl)]
        {
            check.unset(
                said.as_ref(),
                format_args!("{at}.{name}"),
                "must be left out: it has enabled and max_bytes only",
            );
        }
        let numbers = [("local_size", local_size), ("generation", generation.map(u64::from))];
        for (name, said) in numbers {
            check.unset(
                said.as_ref(),
                format_args!("{at}.{name}"),
                "must be left out: it has enabled and max_bytes only",
            );
        }
        let max_bytes =
            max_bytes.map_or(base.max_bytes, |raw| check.size(format_args!("{at}.max_bytes"), &raw, MEMORY));
        MemoryRules { enabled: enabled.unwrap_or(base.enabled), max_bytes }
    }

    fn checked(self, at: &str, base: CacheRules, check: &mut Check<'_>) -> CacheRules {
        check.unset(
            self.max_bytes.as_ref(),
            format_args!("{at}.max_bytes"),
            "must be left out: only cards and folds have it, a cache has local_size",
        );
        let (hour, week) = (ms(3_600_000), ms(7 * 86_400_000));
        let mut span = |name: &str, raw: Option<RawSpan>, base, max| {
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
