//! A two-level cache in front of a downstream service: local memory, then Redis, then one batched call for the
//! remaining keys.
//!
//! Look-ups are aligned with their keys. Concurrent loads of one key are joined. Missing values have a lifetime of
//! their own, failed ones are never kept. A whole page found locally is remembered as a page, so that the next viewer
//! of the same page pays for one look-up and not for twenty; that path does not lock, wait or allocate except for the
//! answer.
//!
//! # Stale values
//!
//! A found value stays in local memory after its lifetime, and stands in for a load that fails, for as long as the current
//! [`CacheRules::stale`] allows; changing it empties nothing. A load that hangs is abandoned after half of the call's
//! remaining time if stale values can answer all open keys; the other half is for later work. The load itself times out
//! then, too, so that the time-out of the service is counted. Every look-up that returns a stale value notes it for its
//! request, even if another request began the load. Redis keeps fresh values only.
//!
//! # Forgetting
//!
//! [`TwoLevel::forget`] invalidates all values of an id in local memory, in every region, route group, lane and page, and
//! those of loads under way ([`Forgotten`]); they do not stand in for failed loads either. In Redis a random *stamp* is
//! stored for the id ([`form`]), and a value is valid only with the stamp that its load found. Values and stamps are read
//! in one `MGET`, so no key is ever searched for. Cards drawn from a forgotten value are keyed by its identity
//! ([`crate::Same`]), which no later value has.

mod fetch;
mod flight;
mod forgotten;
mod form;
mod key;
mod metrics;
mod names;
mod rules;
mod search;
mod store;
#[cfg(test)]
mod tests;
mod unshared;

use std::sync::Arc;

use arc_swap::ArcSwap;
use futures_util::{
    FutureExt as _,
    future::{BoxFuture, join_all},
};
use tokio::time::{Instant, timeout_at};

use self::{
    fetch::Fetch,
    flight::{Boarded, Joined},
    forgotten::Forgotten,
    search::Search,
    store::Store,
};
pub(crate) use self::{
    forgotten::Epoch,
    form::Form,
    key::{Key, Keys},
    metrics::CacheMetrics,
};
pub use self::{names::CacheName, rules::CacheRules};
use crate::{
    Call, Error, ErrorKind, Lookup, Origin,
    batch::{judged, short},
    redis::{Redis, Stamping},
    request_label::carried,
};

/// Fetches the ids that are in no level, aligned with them.
pub(crate) type Load<V> = Box<dyn FnOnce(Vec<i64>) -> BoxFuture<'static, Result<Vec<Lookup<Arc<V>>>, Error>> + Send>;

/// The cache of one kind of value.
pub(crate) struct TwoLevel<V> {
    /// Service and method behind the cache.
    origin: Origin,
    level: ArcSwap<Level<V>>,
    forgotten: Arc<Forgotten>,
    redis: Option<(Arc<Redis>, Form<V>)>,
    /// Whether a value is kept; others are only returned.
    keep: fn(&V) -> bool,
    metrics: CacheMetrics,
}

/// The state of one look-up, unaffected by later configuration changes.
struct Level<V> {
    rules: CacheRules,
    store: Arc<Store<V>>,
}

impl<V> std::fmt::Debug for TwoLevel<V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TwoLevel").field("origin", &self.origin).field("rules", &self.level.load().rules).finish()
    }
}

impl<V: PartialEq + Send + Sync + 'static> TwoLevel<V> {
    /// A cache without a Redis level.
    pub(crate) fn local(origin: Origin, rules: CacheRules, metrics: CacheMetrics) -> Self {
        let forgotten = Arc::default();
        let store = Arc::new(Store::new(&rules, &forgotten));
        let level = ArcSwap::from_pointee(Level { rules, store });
        Self { origin, level, forgotten, redis: None, keep: |_| true, metrics }
    }

    /// Adds a Redis level, if there is a Redis.
    pub(crate) fn behind(mut self, redis: Option<&Arc<Redis>>, form: Form<V>) -> Self {
        self.redis = redis.map(|redis| (Arc::clone(redis), form));
        self
    }

    /// Keeps only values that satisfy `keep`.
    pub(crate) const fn keeping(mut self, keep: fn(&V) -> bool) -> Self {
        self.keep = keep;
        self
    }

    /// Replaces the rules while running. Another generation, size or lifetime empties the local level; look-ups under way
    /// end by the old rules, and their loads do not reach the new level.
    pub(crate) fn set_rules(&self, rules: CacheRules) {
        let old = self.level.load();
        let shared = old.rules.shares_store(&rules).then(|| Arc::clone(&old.store));
        let store = shared.unwrap_or_else(|| Arc::new(Store::new(&rules, &self.forgotten)));
        self.level.store(Arc::new(Level { rules, store }));
    }

    /// Invalidates all values of an id in local memory, and those of loads under way.
    pub(crate) fn forget(&self, id: i64) {
        self.forgotten.forget(id);
    }

    /// Invalidates everything in local memory, and the values of loads under way.
    pub(crate) fn forget_all(&self) {
        self.forgotten.forget_all();
    }

    /// The change that invalidates the values of an id in Redis; `None`: there is no Redis level.
    pub(crate) fn stamping(&self, id: i64) -> Option<Stamping> {
        self.redis.as_ref().map(|(_, form)| form.stamping(id, &self.level.load().rules))
    }

    /// The present epoch, for [`Self::put`].
    pub(crate) fn epoch(&self) -> Epoch {
        self.forgotten.now()
    }

    /// The value in the local level, without loading anything.
    pub(crate) fn peek(&self, key: Key) -> Option<Lookup<Arc<V>>> {
        let level = self.level.load();
        let entry = level.rules.enabled.then(|| level.store.get(&key)).flatten()?;
        entry.is_fresh(Instant::now()).then_some(entry.value)
    }

    /// Puts a value from another source in the local level. `born` is the epoch from before that source was asked.
    pub(crate) fn put(&self, key: Key, value: Arc<V>, born: Epoch) {
        let level = self.level.load();
        if level.rules.enabled && (self.keep)(&value) {
            level.store.put(key, Lookup::Found(value), &level.rules, born);
        }
    }

    /// One value; never [`Lookup::Failed`]. `prepare` is called only if something must be loaded.
    ///
    /// # Errors
    ///
    /// The load failed, or its one key did, and there is no stale value.
    pub(crate) async fn get(
        &self,
        call: &Call,
        key: Key,
        prepare: impl Fn(&Call) -> Load<V>,
    ) -> Result<Lookup<Arc<V>>, Error> {
        if !call.fresh
            && let Some(found) = self.peek(key)
        {
            self.metrics.local.inc();
            return Ok(found);
        }
        let mut found = self.missed(call, &key.alone(), prepare).await?;
        found.pop().ok_or_else(|| short(self.origin))
    }

    /// Many values, aligned with `keys`, judged as one batch. `prepare` is called only if something must be loaded.
    ///
    /// # Errors
    ///
    /// The load failed or is short, and a key is in no level and has no stale value; or all keys failed.
    pub(crate) async fn get_many(
        &self,
        call: &Call,
        keys: &Keys<'_>,
        prepare: impl Fn(&Call) -> Load<V>,
    ) -> Result<Vec<Lookup<Arc<V>>>, Error> {
        if keys.ids.is_empty() {
            return Ok(Vec::new());
        }
        if !call.fresh
            && let Some(found) = self.page(keys)
        {
            self.metrics.local.inc_by(found.len() as u64);
            return Ok(found);
        }
        self.missed(call, keys, prepare).await
    }

    /// A page that is wholly in the local level. No await: the guard of the rules must not be held across one.
    fn page(&self, keys: &Keys<'_>) -> Option<Vec<Lookup<Arc<V>>>> {
        let level = self.level.load();
        if !level.rules.enabled {
            return None;
        }
        level.store.page(keys, Instant::now())
    }

    async fn missed(
        &self,
        call: &Call,
        keys: &Keys<'_>,
        prepare: impl Fn(&Call) -> Load<V>,
    ) -> Result<Vec<Lookup<Arc<V>>>, Error> {
        judged(call, self.origin, keys.ids, self.searched(call, keys, prepare).await?)
    }

    async fn searched(
        &self,
        call: &Call,
        keys: &Keys<'_>,
        prepare: impl Fn(&Call) -> Load<V>,
    ) -> Result<Vec<Lookup<Arc<V>>>, Error> {
        if let Some(recording) = &call.recording {
            return self.unshared(call, recording, keys, prepare).await;
        }
        let level = self.level.load_full();
        if !level.rules.enabled {
            self.metrics.loaded.inc_by(keys.ids.len() as u64);
            return prepare(call)(keys.ids.to_vec()).await;
        }
        let mut search = Search::begin(call, keys, &level);
        self.metrics.local.inc_by(search.found.len() as u64);
        let hurried = Call { deadline: halfway(call.deadline), ..call.clone() };
        // Twice at most: if a joined load ran out of its initiator's time, this call may still have time of its own.
        for last in [false, true] {
            let joined = self.join(call, &hurried, keys, &level, &search, &prepare);
            search.found.extend(joined.known);
            let waits = search.open.iter().any(|id| !search.can_do_without(*id));
            let until = if waits { call.deadline } else { hurried.deadline };
            // a timeout is detected below, flight by flight: results that came in time are used
            let flights = joined.boarded.iter().map(|boarded| boarded.flight.clone());
            let _ = timeout_at(until, join_all(flights)).await;
            let mut again = false;
            for boarded in &joined.boarded {
                again |= self.settle(call, keys, &mut search, boarded, !last && Instant::now() < until);
            }
            search.open.retain(|id| !search.found.contains_key(id));
            if !again || search.open.is_empty() {
                break;
            }
        }
        search.finish(call, keys, &self.metrics, self.origin)
    }

    /// Joins the loads that are under way, and begins one load of all other keys. It has the time of `hurried` if there are
    /// stale values for all of them: others who join it have them too.
    fn join(
        &self,
        call: &Call,
        hurried: &Call,
        keys: &Keys<'_>,
        level: &Arc<Level<V>>,
        search: &Search<V>,
        prepare: impl Fn(&Call) -> Load<V>,
    ) -> Joined<V> {
        let now = Instant::now();
        // another call may have finished loading a key since the look-up
        let known = |key: Key| level.store.get(&key).filter(|e| !call.fresh && e.is_fresh(now)).map(|e| e.value);
        level.store.flights.join(keys, &search.open, known, |mine, landing| {
            self.metrics.loaded.inc_by(mine.len() as u64);
            let call = if mine.iter().all(|key| search.can_do_without(key.id)) { hurried } else { call };
            let work = Fetch {
                origin: self.origin,
                level: Arc::clone(level),
                redis: self.redis.clone(),
                keep: self.keep,
                metrics: self.metrics.clone(),
                deadline: call.deadline,
            };
            let load = prepare(call);
            // whichever request polls it, its log lines belong to the one that began it
            carried(async move { work.run(mine, load, landing).await }).boxed().shared()
        })
    }

    /// Takes the results of a load; true if it ran out of its initiator's time, and this call may `retry`.
    fn settle(&self, call: &Call, keys: &Keys<'_>, search: &mut Search<V>, boarded: &Boarded<V>, retry: bool) -> bool {
        let Some(loaded) = boarded.flight.peek() else {
            let detail = "no time was left to wait for a load".into();
            search.error = Some(Error { origin: self.origin, kind: ErrorKind::Timeout, detail });
            return false;
        };
        if let Some(lost) = &loaded.redis_lost {
            call.notes.lose_redis(lost.clone());
        }
        for id in &boarded.ids {
            if let Some(answer) = loaded.answers.get(&keys.key(*id)) {
                search.found.insert(*id, answer.clone());
            }
        }
        match &loaded.error {
            Some(error) if retry && boarded.joined && error.kind == ErrorKind::Timeout => true,
            Some(error) => {
                search.error = Some(error.clone());
                false
            }
            None => false,
        }
    }
}

/// The instant at which half of the time until `deadline` is over.
fn halfway(deadline: Instant) -> Instant {
    let now = Instant::now();
    now + deadline.saturating_duration_since(now) / 2
}
