//! One load: Redis, then the downstream for what Redis lacks, then both levels are filled.

use std::sync::Arc;

use ahash::AHashMap;
use tokio::time::Instant;

use super::{
    CacheMetrics, Epoch, Form, Key, Level, Load,
    flight::{Landing, Loaded},
    form::Read,
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

/// The stamps of the ids that have one, as the load found them.
type Stamps = AHashMap<i64, Vec<u8>>;

impl<V: PartialEq + Send + Sync + 'static> Fetch<V> {
    /// Loads distinct keys. `landing` is dropped last: until the local level is filled, other look-ups still join.
    pub(super) async fn run(self, keys: Vec<Key>, load: Load<V>, landing: Landing<V>) -> Arc<Loaded<V>> {
        let answers = AHashMap::with_capacity(keys.len());
        let mut loaded = Loaded { answers, error: None, redis_lost: None };
        let mut rest = keys;
        let stamps = self.take_from_redis(&mut rest, landing.born, &mut loaded).await;
        if !rest.is_empty() {
            match load(rest.iter().map(|key| key.id).collect()).await {
                Ok(values) if values.len() == rest.len() => self.fill(rest, values, landing.born, stamps, &mut loaded),
                // it is unknown which key each of the other answers belongs to
                Ok(_) => loaded.error = Some(short(self.origin)),
                Err(error) => loaded.error = Some(error),
            }
        }
        drop(landing);
        Arc::new(loaded)
    }

    /// Takes the values found in Redis, and leaves only the other keys in `keys`. Returns the stamps of the ids, or none if
    /// Redis is lost: a value written without the stamp of its id is never read, so it does no harm.
    async fn take_from_redis(&self, keys: &mut Vec<Key>, born: Epoch, loaded: &mut Loaded<V>) -> Stamps {
        let rules = &self.level.rules;
        let redis = self.redis.as_ref().filter(|_| rules.redis_ttl.is_some());
        let Some((redis, form)) = redis else { return Stamps::new() };
        let values = keys.iter().map(|key| form.name(rules.generation, key));
        let names: Vec<String> = values.chain(keys.iter().map(|key| form.stamp_name(key.id))).collect();
        let mut values = match redis.mget(&names, self.deadline).await {
            Ok(values) => values,
            Err(lost) => {
                loaded.redis_lost = Some(lost);
                return Stamps::new();
            }
        };
        let stamps = values.split_off(keys.len().min(values.len()));
        let stamps: Stamps = keys.iter().zip(stamps).filter_map(|(key, stamp)| Some((key.id, stamp?))).collect();
        let mut values = values.into_iter();
        keys.retain(|key| {
            let Some(bytes) = values.next().flatten() else { return true };
            let value = match form.read(&bytes, stamps.get(&key.id).map(Vec::as_slice)) {
                Read::Value(value) => value,
                Read::Void => return true,
                Read::Unreadable => {
                    self.metrics.unreadable.inc();
                    return true;
                }
            };
            self.metrics.redis.inc();
            let value = value.map_or(Lookup::Missing, |value| Lookup::Found(Arc::new(value)));
            loaded.answers.insert(*key, self.level.store.put(*key, value, rules, born));
            false
        });
        stamps
    }

    /// Returns the downstream's values, and keeps those that may be kept.
    fn fill(&self, keys: Vec<Key>, values: Vec<Lookup<Arc<V>>>, born: Epoch, stamps: Stamps, loaded: &mut Loaded<V>) {
        let rules = &self.level.rules;
        let mut kept = Vec::new();
        for (key, value) in keys.into_iter().zip(values) {
            let keep = match &value {
                Lookup::Found(value) => (self.keep)(value),
                Lookup::Missing => true,
                Lookup::Failed => false,
            };
            let value = if keep { self.level.store.put(key, value, rules, born) } else { value };
            if keep && !self.level.store.is_wrong(&key, born) {
                kept.push((key, value.clone()));
            }
            loaded.answers.insert(key, value);
        }
        let (Some((redis, form)), Some(ttl)) = (&self.redis, rules.redis_ttl) else { return };
        let (form, generation, seed) = (*form, rules.generation, kept.len() as u64);
        // serialised by the writer task: no request waits for that either
        redis.write(kept.len(), move || {
            let write = |(at, (key, value)): (u64, (Key, Lookup<Arc<V>>))| {
                let stamp = stamps.get(&key.id).map(Vec::as_slice);
                let value = form.write(value.found().map(|value| &**value), stamp)?;
                let ttl = jittered(ttl, seed.wrapping_add(at).wrapping_mul(7919).wrapping_add(key.id.unsigned_abs()));
                Some(Write { key: form.name(generation, &key), change: Change::Set(value), ttl })
            };
            (0..).zip(kept).filter_map(write).collect()
        });
    }
}
