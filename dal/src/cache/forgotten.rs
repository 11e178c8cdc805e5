//! Ids whose values were forgotten on purpose.
//!
//! The order is that of a counter, not of the clock: each call of [`Forgotten::forget`] begins the next epoch. A load has
//! the epoch in which it began, and so has every value that it stores. A value is invalid if its id was forgotten in a
//! later epoch. So a load that began earlier cannot store anything that a later look-up uses, however late it ends.
//!
//! In the common case, a value of the present epoch, a look-up costs one atomic load. A lock for readers is taken only for
//! values that are older than the last call of `forget`, until they have been loaded again.

use std::sync::{
    PoisonError, RwLock, RwLockWriteGuard,
    atomic::{AtomicU64, Ordering},
};

use ahash::AHashMap;

/// Maximum number of ids that are kept. One more invalidates all values of the cache, and empties the list.
const MOST: usize = 16_384;

/// Time, counted in calls of `forget`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Epoch(u64);

/// The forgotten ids of one cache.
#[derive(Debug, Default)]
pub(super) struct Forgotten {
    now: AtomicU64,
    // std lock: held for one look-up, never across an await
    ids: RwLock<Ids>,
}

#[derive(Debug, Default)]
struct Ids {
    /// Everything from before this epoch is invalid.
    floor: Epoch,
    /// The epoch that began when an id was last forgotten.
    last: AHashMap<i64, Epoch>,
}

impl Forgotten {
    /// The present epoch.
    pub(super) fn now(&self) -> Epoch {
        Epoch(self.now.load(Ordering::Acquire))
    }

    /// Invalidates all values of an id that were loaded so far or are being loaded.
    pub(super) fn forget(&self, id: i64) {
        self.next(|ids, next| {
            if ids.last.len() >= MOST && !ids.last.contains_key(&id) {
                *ids = Ids { floor: next, last: AHashMap::new() };
            }
            ids.last.insert(id, next);
        });
    }

    /// Invalidates all values.
    pub(super) fn forget_all(&self) {
        self.next(|ids, next| *ids = Ids { floor: next, last: AHashMap::new() });
    }

    /// Whether a value of `id` from a load of the epoch `born` may be used.
    pub(super) fn is_valid(&self, id: i64, born: Epoch) -> bool {
        if born == self.now() {
            return true;
        }
        let ids = self.ids.read().unwrap_or_else(PoisonError::into_inner);
        born >= ids.floor && ids.last.get(&id).is_none_or(|forgotten| born >= *forgotten)
    }

    /// Whether this id itself was forgotten since the epoch `born`, as far as that is known.
    pub(super) fn names(&self, id: i64, born: Epoch) -> bool {
        let ids = self.ids.read().unwrap_or_else(PoisonError::into_inner);
        born != self.now() && ids.last.get(&id).is_some_and(|forgotten| born < *forgotten)
    }

    /// Begins the next epoch. The counter moves last: a load that begins meanwhile belongs to the old epoch.
    fn next(&self, change: impl FnOnce(&mut Ids, Epoch)) {
        let mut ids: RwLockWriteGuard<'_, Ids> = self.ids.write().unwrap_or_else(PoisonError::into_inner);
        let next = self.now.load(Ordering::Relaxed) + 1;
        change(&mut ids, Epoch(next));
        self.now.store(next, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_earlier_values_of_a_forgotten_id_are_invalid() {
        let forgotten = Forgotten::default();
        let before = forgotten.now();
        forgotten.forget(7);
        let after = forgotten.now();
        forgotten.forget(8);
        for (id, born, valid) in [(7, before, false), (7, after, true), (8, after, false), (9, before, true)] {
            assert_eq!(forgotten.is_valid(id, born), valid, "{id} {born:?}");
        }
        assert!(forgotten.names(7, before) && !forgotten.names(7, after) && !forgotten.names(9, before));
        forgotten.forget_all();
        assert!(!forgotten.is_valid(9, after) && forgotten.is_valid(9, forgotten.now()));
        assert!(!forgotten.names(9, after), "nobody has said that 9 is wrong");
    }

    #[test]
    fn one_id_too_many_invalidates_all_earlier_values_and_no_later_ones() {
        let forgotten = Forgotten::default();
        let first = forgotten.now();
        let most = i64::try_from(MOST).unwrap_or_default();
        (0..most).for_each(|id| forgotten.forget(id));
        assert!(forgotten.is_valid(-1, first), "they fit");
        let full = forgotten.now();
        forgotten.forget(most);
        assert!(!forgotten.is_valid(-1, full) && !forgotten.is_valid(most, full));
        assert!(forgotten.is_valid(-1, forgotten.now()));
    }
}
