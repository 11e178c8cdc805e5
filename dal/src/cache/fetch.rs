//! One load: Redis, then the downstream for what Redis has not, then both levels are filled.

use std::sync::Arc;

use ahash::AHashMap;
use tokio::time::Instant;

use super::{
    CacheMetrics, Form, Key, Level, Load,
    flight::{Landing, Loaded},
    rules::jittered,
};
use crate::{
    Lookup, Origin,
    batch::short,
    redis::{Change, Redis, Write},
};

/// The inputs of a load; it may outlive the look-up that began it.
pub(super) struct Fetch<V> {
    pub(super) origin: Origin,
    pub(super) level: Arc<Level<V>>,
    pub(super) redis: Option<(Arc<Redis>, Form<V>)>,
    pub(super) keep: fn(&V) -> bool,
    pub(super) metrics: CacheMetrics,
    pub(super) deadline: Instant,
}

impl<V: PartialEq + Send + Sync + 'static> Fetch<V> {
    /// Loads distinct keys. `landing` is dropped last: until the local level is filled, other look-ups still join.
    pub(super) async fn run(self, keys: Vec<Key>, load: Load<V>, landing: Landing<V>) -> Arc<Loaded<V>> {
        let answers = AHashMap::with_capacity(keys.len());
        let mut loaded = Loaded { answers, error: None, redis_lost: None };
        let rest = self.take_from_redis(keys, &mut loaded).await;
        if !rest.is_empty() {
            match load(rest.iter().map(|key| key.id).collect()).await {
                Ok(values) if values.len() == rest.len() => self.fill(rest, values, &mut loaded),
                // it is unknown which key each of the other answers belongs to
                Ok(_) => loaded.error = Some(short(self.origin)),
                Err(error) => loaded.error = Some(error),
            }
        }
        drop(landing);
        Arc::new(loaded)
    }

    /// Takes the values found in Redis and returns the remaining keys.
    async fn take_from_redis(&self, keys: Vec<Key>, loaded: &mut Loaded<V>) -> Vec<Key> {
        let rules = &self.level.rules;
        let Some((redis, form)) = self.redis.as_ref().filter(|_| rules.redis_ttl.is_some()) else { return keys };
        let names: Vec<String> = keys.iter().map(|key| form.name(rules.generation, key)).collect();
        let values = match redis.mget(&names, self.deadline).await {
            Ok(values) => values,
            Err(lost) => {
                loaded.redis_lost = Some(lost);
                return keys;
            }
        };
        let now = Instant::now();
        let mut values = values.into_iter();
        let mut rest = keys;
        rest.retain(|key| {
            let Some(bytes) = values.next().flatten() else { return true };
            let Some(value) = form.read(&bytes) else {
                self.metrics.unreadable.inc();
                return true;
            };
            self.metrics.redis.inc();
            let value = value.map_or(Lookup::Missing, |value| Lookup::Found(Arc::new(value)));
            loaded.answers.insert(*key, self.level.store.put(*key, value, rules, now));
            false
        });
        rest
    }

    /// Returns the downstream's values, and keeps those that may be kept.
    fn fill(&self, keys: Vec<Key>, values: Vec<Lookup<Arc<V>>>, loaded: &mut Loaded<V>) {
        let now = Instant::now();
        let rules = &self.level.rules;
        let mut kept = Vec::new();
        for (key, value) in keys.into_iter().zip(values) {
            let keep = match &value {
                Lookup::Found(value) => (self.keep)(value),
                Lookup::Missing => true,
                Lookup::Failed => false,
            };
            let value = if keep { self.level.store.put(key, value, rules, now) } else { value };
            if keep {
                kept.push((key, value.clone()));
            }
            loaded.answers.insert(key, value);
        }
        let (Some((redis, form)), Some(ttl)) = (&self.redis, rules.redis_ttl) else { return };
        let (form, generation, seed) = (*form, rules.generation, kept.len() as u64);
        // serialised by the writer task: no request waits for that either
        redis.write(kept.len(), move || {
            let write = |(at, (key, value)): (u64, (Key, Lookup<Arc<V>>))| {
                let value = form.write(value.found().map(|value| &**value))?;
                let ttl = jittered(ttl, seed.wrapping_add(at).wrapping_mul(7919).wrapping_add(key.id.unsigned_abs()));
                Some(Write { key: form.name(generation, &key), change: Change::Set(value), ttl })
            };
            (0..).zip(kept).filter_map(write).collect()
        });
    }
}
