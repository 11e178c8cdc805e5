//! The local level: values, and pages of values.

use std::{sync::Arc, time::Duration};

use ahash::RandomState;
use moka::{policy::EvictionPolicy, sync::Cache};
use tokio::time::Instant;

use super::{
    CacheRules, Key, Keys,
    flight::Flights,
    forgotten::{Epoch, Forgotten},
    rules::jittered,
};
use crate::Lookup;

/// Longest time for which a value is kept: beyond the longest lifetime and the longest `stale` that configuration allows
/// (1 h ± 10 % and 7 d), so that a raised `stale` finds what was loaded before.
const KEPT: Duration = Duration::from_hours(7 * 24 + 2);

/// A value and its lifetime. The times are kept here and not by the cache library: they are jittered, tests pause them,
/// and a stale value must still be found.
pub(super) struct Entry<V> {
    /// Found or missing, never failed.
    pub(super) value: Lookup<Arc<V>>,
    fresh_until: Instant,
    /// The epoch in which its load began.
    born: Epoch,
}

// by hand: a derive would require `V: Clone`
impl<V> Clone for Entry<V> {
    fn clone(&self) -> Self {
        let value = match &self.value {
            Lookup::Found(value) => Lookup::Found(Arc::clone(value)),
            Lookup::Missing => Lookup::Missing,
            Lookup::Failed => Lookup::Failed,
        };
        Self { value, fresh_until: self.fresh_until, born: self.born }
    }
}

impl<V> Entry<V> {
    /// Whether it is within its lifetime.
    pub(super) fn is_fresh(&self, now: Instant) -> bool {
        now < self.fresh_until
    }

    /// The value, if it may stand in for a failed load: found, and over its lifetime for no longer than `stale`.
    pub(super) fn standing_in(self, now: Instant, stale: Duration) -> Option<Lookup<Arc<V>>> {
        (self.value.found().is_some() && now < self.fresh_until + stale).then_some(self.value)
    }
}

/// A page as it was returned.
struct Page<V> {
    ids: Box<[i64]>,
    key: Key,
    values: Vec<Lookup<Arc<V>>>,
    fresh_until: Instant,
    /// The epoch in which its values were looked up.
    seen: Epoch,
}

/// The values of one generation of a cache.
pub(super) struct Store<V> {
    values: Cache<Key, Entry<V>, RandomState>,
    pages: Cache<u64, Arc<Page<V>>, RandomState>,
    random: RandomState,
    forgotten: Arc<Forgotten>,
    /// Loads under way.
    pub(super) flights: Arc<Flights<V>>,
}

impl<V: PartialEq + Send + Sync + 'static> Store<V> {
    /// An empty store. Its own limits only free memory; each entry decides its freshness.
    pub(super) fn new(rules: &CacheRules, forgotten: &Arc<Forgotten>) -> Self {
        let entries = rules.local_entries.max(1);
        let random = RandomState::new();
        // Least recently used: expired values stay until they are replaced, so a new value must not have to prove that it
        // is looked up more often than an expired one.
        let values = Cache::builder().max_capacity(entries).time_to_live(KEPT).eviction_policy(EvictionPolicy::lru());
        // a page holds references to values: an eighth as many pages as values, and thousands are plenty
        let pages = Cache::builder().max_capacity((entries / 8).clamp(16, 4096)).time_to_live(rules.longest_fresh());
        Self {
            values: values.build_with_hasher(random.clone()),
            pages: pages.build_with_hasher(random.clone()),
            random,
            forgotten: Arc::clone(forgotten),
            flights: Arc::new(Flights::new(forgotten)),
        }
    }

    /// The entry of a key, fresh or not, unless it was forgotten.
    pub(super) fn get(&self, key: &Key) -> Option<Entry<V>> {
        self.values.get(key).filter(|entry| self.takes(key, entry.born))
    }

    /// Whether a load of the epoch `born` may leave a value under this key.
    fn takes(&self, key: &Key, born: Epoch) -> bool {
        self.forgotten.is_valid(key.id, born)
    }

    /// Whether a value of a load of the epoch `born` is known to be wrong, in Redis too. If the local level was emptied
    /// because others may have forgotten something, the stamps in Redis tell what.
    pub(super) fn is_wrong(&self, key: &Key, born: Epoch) -> bool {
        self.forgotten.names(key.id, born)
    }

    /// Keeps a value for its lifetime, unless it failed or its load began before its id was forgotten. Returns what later
    /// look-ups find: of equal values the one that was kept before, so that results computed from it stay valid.
    pub(super) fn put(&self, key: Key, value: Lookup<Arc<V>>, rules: &CacheRules, born: Epoch) -> Lookup<Arc<V>> {
        let ttl = match value {
            Lookup::Found(_) => rules.local_ttl,
            Lookup::Missing => rules.negative_ttl,
            Lookup::Failed => return value,
        };
        if ttl.is_zero() || !self.takes(&key, born) {
            return value;
        }
        let now = Instant::now();
        let value = match self.get(&key) {
            Some(Entry { value: kept, .. }) if kept == value => kept,
            _ => value,
        };
        let fresh_until = now + jittered(ttl, self.random.hash_one((key, now)));
        self.values.insert(key, Entry { value: value.clone(), fresh_until, born });
        value
    }

    /// All values of a page, if all are fresh. A page found value by value is remembered as a whole.
    pub(super) fn page(&self, keys: &Keys<'_>, now: Instant) -> Option<Vec<Lookup<Arc<V>>>> {
        if let [id] = keys.ids {
            return self.get(&keys.key(*id)).filter(|entry| entry.is_fresh(now)).map(|entry| vec![entry.value]);
        }
        // first: a page whose values are forgotten meanwhile is not used again
        let seen = self.forgotten.now();
        let key = keys.key(0);
        let hash = self.random.hash_one(keys);
        if let Some(page) = self.pages.get(&hash)
            && now < page.fresh_until
            && page.seen == seen
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
            let page = Page { ids: keys.ids.into(), key, values: values.clone(), fresh_until, seen };
            self.pages.insert(hash, Arc::new(page));
        }
        Some(values)
    }
}
