//! Single-flight: concurrent look-ups of the same key share one load.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use ahash::AHashMap;
use futures_util::future::{BoxFuture, Shared, WeakShared};

use super::{
    Key, Keys,
    forgotten::{Epoch, Forgotten},
};
use crate::{Error, Lookup};

/// A load under way. Every waiter polls it: if its initiator is dropped, the others continue, and when all are dropped, it
/// ends. Therefore it is a shared future and not a task.
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
    /// The loads, that of the caller last.
    pub(super) boarded: Vec<Boarded<V>>,
}

/// A load that a caller waits for.
pub(super) struct Boarded<V> {
    pub(super) flight: Flight<V>,
    /// The ids that the caller takes from it. Other answers of the load are not for this caller: their ids may have been
    /// forgotten since it began.
    pub(super) ids: Vec<i64>,
    /// Whether another caller began it.
    pub(super) joined: bool,
    number: u64,
}

/// A load under way.
struct Aloft<V> {
    number: u64,
    born: Epoch,
    flight: WeakShared<BoxFuture<'static, Arc<Loaded<V>>>>,
}

/// The loads under way of one store.
pub(super) struct Flights<V> {
    // std mutex: held for map operations and to build a future, never across an await, and never while a load is dropped
    aloft: Mutex<AHashMap<Key, Aloft<V>>>,
    next: AtomicU64,
    forgotten: Arc<Forgotten>,
}

/// Removes a load from the list when it is over, finished or not.
pub(super) struct Landing<V> {
    flights: Arc<Flights<V>>,
    number: u64,
    keys: Vec<Key>,
    /// The epoch in which the load began.
    pub(super) born: Epoch,
}

impl<V> Drop for Landing<V> {
    fn drop(&mut self) {
        let mut aloft = self.flights.aloft.lock().unwrap_or_else(PoisonError::into_inner);
        for key in &self.keys {
            // another load may have replaced one that all its callers abandoned, or whose key was forgotten
            if aloft.get(key).is_some_and(|load| load.number == self.number) {
                aloft.remove(key);
            }
        }
    }
}

impl<V> Flights<V> {
    /// No load yet.
    pub(super) fn new(forgotten: &Arc<Forgotten>) -> Self {
        Self { aloft: Mutex::default(), next: AtomicU64::new(0), forgotten: Arc::clone(forgotten) }
    }

    /// Sorts `ids` into those being loaded, those that `known` has by now, and the rest, for which `begin` makes a
    /// load. This happens under one lock, so that no key is loaded twice at a time unless it was forgotten since its
    /// load began.
    pub(super) fn join(
        self: &Arc<Self>,
        keys: &Keys<'_>,
        ids: &[i64],
        known: impl Fn(Key) -> Option<Lookup<Arc<V>>>,
        begin: impl FnOnce(Vec<Key>, Landing<V>) -> Flight<V>,
    ) -> Joined<V> {
        let mut joined = Joined { known: Vec::new(), boarded: Vec::new() };
        let mut mine = Vec::new();
        let mut aloft = self.aloft.lock().unwrap_or_else(PoisonError::into_inner);
        for id in ids {
            let key = keys.key(*id);
            let under_way = aloft.get(&key).filter(|load| self.forgotten.is_valid(*id, load.born));
            match under_way.and_then(|load| Some((load.number, load.flight.upgrade()?))) {
                Some((number, flight)) => joined.board(number, flight, *id),
                None => match known(key) {
                    Some(value) => joined.known.push((*id, value)),
                    None => mine.push(key),
                },
            }
        }
        if !mine.is_empty() {
            let (number, born) = (self.next.fetch_add(1, Ordering::Relaxed), self.forgotten.now());
            let landing = Landing { flights: Arc::clone(self), number, keys: mine.clone(), born };
            let ids = mine.iter().map(|key| key.id).collect();
            let flight = begin(mine.clone(), landing);
            // it has not been polled yet, so it is not over, so it can be downgraded
            if let Some(weak) = flight.downgrade() {
                let load = |key| (key, Aloft { number, born, flight: weak.clone() });
                aloft.extend(mine.into_iter().map(load));
            }
            joined.boarded.push(Boarded { flight, ids, joined: false, number });
        }
        joined
    }
}

impl<V> Joined<V> {
    fn board(&mut self, number: u64, flight: Flight<V>, id: i64) {
        match self.boarded.iter_mut().find(|boarded| boarded.number == number) {
            Some(boarded) => boarded.ids.push(id),
            None => self.boarded.push(Boarded { flight, ids: vec![id], joined: true, number }),
        }
    }
}
