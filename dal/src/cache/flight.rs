//! Single-flight: concurrent look-ups of the same key share one load.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use ahash::AHashMap;
use futures_util::future::{BoxFuture, Shared, WeakShared};

use super::{Key, Keys};
use crate::{Error, Lookup};

/// A load under way. Every waiter drives it: if its initiator goes away the others carry it on, and if all have gone it
/// ends. That is why it is a shared future and not a task.
pub(super) type Flight<V> = Shared<BoxFuture<'static, Arc<Loaded<V>>>>;

/// The results of a load.
pub(super) struct Loaded<V> {
    /// By key; without the keys of a failed call.
    pub(super) answers: AHashMap<Key, Lookup<Arc<V>>>,
    /// The call failed.
    pub(super) error: Option<Error>,
    /// Redis failed; every caller that shares the load notes it.
    pub(super) redis_lost: Option<Error>,
}

/// The answers that a caller has, and the loads that it waits for.
pub(super) struct Joined<V> {
    /// Keys whose load had just finished.
    pub(super) known: Vec<(i64, Lookup<Arc<V>>)>,
    /// The load that the caller began.
    pub(super) lead: Option<Flight<V>>,
    /// Loads that others began.
    pub(super) others: Vec<Flight<V>>,
}

type Aloft<V> = AHashMap<Key, (u64, WeakShared<BoxFuture<'static, Arc<Loaded<V>>>>)>;

/// The loads under way of one store.
pub(super) struct Flights<V> {
    // std mutex: held for map operations and to build a future, never across an await, and never while a load is dropped
    aloft: Mutex<Aloft<V>>,
    next: AtomicU64,
}

impl<V> Default for Flights<V> {
    fn default() -> Self {
        Self { aloft: Mutex::new(AHashMap::new()), next: AtomicU64::new(0) }
    }
}

/// Removes a load from the list when it is over, finished or not.
pub(super) struct Landing<V> {
    flights: Arc<Flights<V>>,
    number: u64,
    keys: Vec<Key>,
}

impl<V> Drop for Landing<V> {
    fn drop(&mut self) {
        let mut aloft = self.flights.aloft.lock().unwrap_or_else(PoisonError::into_inner);
        for key in &self.keys {
            // another load may have replaced one that all its callers abandoned
            if aloft.get(key).is_some_and(|(number, _)| *number == self.number) {
                aloft.remove(key);
            }
        }
    }
}

impl<V> Flights<V> {
    /// Sorts `ids` into those being loaded, those that `known` has by now, and the rest, for which `begin` makes a
    /// load. All of it under one lock, so that no key is ever loaded twice at a time.
    pub(super) fn join(
        self: &Arc<Self>,
        keys: &Keys<'_>,
        ids: &[i64],
        known: impl Fn(Key) -> Option<Lookup<Arc<V>>>,
        begin: impl FnOnce(Vec<Key>, Landing<V>) -> Flight<V>,
    ) -> Joined<V> {
        let mut joined = Joined { known: Vec::new(), lead: None, others: Vec::new() };
        let (mut mine, mut boarded) = (Vec::new(), Vec::new());
        let mut aloft = self.aloft.lock().unwrap_or_else(PoisonError::into_inner);
        for id in ids {
            let key = keys.key(*id);
            match aloft.get(&key).and_then(|(number, flight)| Some((*number, flight.upgrade()?))) {
                Some((number, _)) if boarded.contains(&number) => {}
                Some((number, flight)) => {
                    boarded.push(number);
                    joined.others.push(flight);
                }
                None => match known(key) {
                    Some(value) => joined.known.push((*id, value)),
                    None => mine.push(key),
                },
            }
        }
        if !mine.is_empty() {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let landing = Landing { flights: Arc::clone(self), number, keys: mine.clone() };
            let flight = begin(mine.clone(), landing);
            // it has not been polled yet, so it is not over, so it can be downgraded
            if let Some(weak) = flight.downgrade() {
                aloft.extend(mine.into_iter().map(|key| (key, (number, weak.clone()))));
            }
            joined.lead = Some(flight);
        }
        joined
    }
}
