//! The local level: values, and pages of values.

use std::sync::Arc;

use ahash::RandomState;
use moka::sync::Cache;
use tokio::time::Instant;

use super::{CacheRules, Key, Keys, flight::Flights, rules::jittered};
use crate::Lookup;

/// A value and its lifetime. The times are kept here and not by the cache library: they are jittered, tests pause them,
/// and a stale value must still be found.
pub(super) struct Entry<V> {
    /// Found or missing, never failed.
    pub(super) value: Lookup<Arc<V>>,
    fresh_until: Instant,
    stale_until: Instant,
}

// by hand: a derive would ask for `V: Clone`
impl<V> Clone for Entry<V> {
    fn clone(&self) -> Self {
        let value = match &self.value {
            Lookup::Found(value) => Lookup::Found(Arc::clone(value)),
            Lookup::Missing => Lookup::Missing,
            Lookup::Failed => Lookup::Failed,
        };
        Self { value, fresh_until: self.fresh_until, stale_until: self.stale_until }
    }
}

impl<V> Entry<V> {
    /// Whether it may serve every call.
    pub(super) fn is_fresh(&self, now: Instant) -> bool {
        now < self.fresh_until
    }

    /// Whether it may replace a failed load.
    pub(super) fn is_usable(&self, now: Instant) -> bool {
        now < self.stale_until
    }
}

/// A page as it was returned.
struct Page<V> {
    ids: Box<[i64]>,
    key: Key,
    values: Vec<Lookup<Arc<V>>>,
    fresh_until: Instant,
}

/// The values of one generation of a cache.
pub(super) struct Store<V> {
    values: Cache<Key, Entry<V>, RandomState>,
    pages: Cache<u64, Arc<Page<V>>, RandomState>,
    random: RandomState,
    /// Loads under way.
    pub(super) flights: Arc<Flights<V>>,
}

impl<V: PartialEq + Send + Sync + 'static> Store<V> {
    /// An empty store. Its own limits only free memory; each entry decides its freshness.
    pub(super) fn new(rules: &CacheRules) -> Self {
        let entries = rules.local_entries.max(1);
        let random = RandomState::new();
        let values = Cache::builder().max_capacity(entries).time_to_live(rules.longest());
        // a page holds references to values: an eighth as many pages as values, and thousands are plenty
        let pages = Cache::builder().max_capacity((entries / 8).clamp(16, 4096)).time_to_live(rules.longest());
        Self {
            values: values.build_with_hasher(random.clone()),
            pages: pages.build_with_hasher(random.clone()),
            random,
            flights: Arc::default(),
        }
    }

    /// The entry of a key, fresh or not.
    pub(super) fn get(&self, key: &Key) -> Option<Entry<V>> {
        self.values.get(key)
    }

    /// Keeps a value for its time; failed ones never. Gives what later look-ups find: of equal values the one that was
    /// kept before, so that what was computed from it counts further.
    pub(super) fn put(&self, key: Key, value: Lookup<Arc<V>>, rules: &CacheRules, now: Instant) -> Lookup<Arc<V>> {
        let (ttl, stale) = match value {
            Lookup::Found(_) => (rules.local_ttl, rules.stale),
            Lookup::Missing => (rules.negative_ttl, std::time::Duration::ZERO),
            Lookup::Failed => return value,
        };
        if ttl.is_zero() {
            return value;
        }
        let value = match self.get(&key) {
            Some(Entry { value: kept, .. }) if kept == value => kept,
            _ => value,
        };
        let fresh_until = now + jittered(ttl, self.random.hash_one((key, now)));
        self.values.insert(key, Entry { value: value.clone(), fresh_until, stale_until: fresh_until + stale });
        value
    }

    /// All values of a page, if all are fresh. A page found value by value is remembered as a whole.
    pub(super) fn page(&self, keys: &Keys<'_>, now: Instant) -> Option<Vec<Lookup<Arc<V>>>> {
        if let [id] = keys.ids {
            return self.get(&keys.key(*id)).filter(|entry| entry.is_fresh(now)).map(|entry| vec![entry.value]);
        }
        let key = keys.key(0);
        let hash = self.random.hash_one(keys);
        if let Some(page) = self.pages.get(&hash)
            && now < page.fresh_until
            && page.key == key
            && *page.ids == *keys.ids
        {
            return Some(page.values.clone());
        }
        let mut values = Vec::with_capacity(keys.ids.len());
        let mut fresh_until = None;
        for id in keys.ids {
            let entry = self.get(&keys.key(*id)).filter(|entry| entry.is_fresh(now))?;
            fresh_until = Some(fresh_until.map_or(entry.fresh_until, |until: Instant| until.min(entry.fresh_until)));
            values.push(entry.value);
        }
        if let Some(fresh_until) = fresh_until {
            let page = Page { ids: keys.ids.into(), key, values: values.clone(), fresh_until };
            self.pages.insert(hash, Arc::new(page));
        }
        Some(values)
    }
}
