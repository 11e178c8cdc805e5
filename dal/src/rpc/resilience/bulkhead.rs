//! A limit of calls in flight, with a short wait for a place. Its size may change at any time.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use tokio::{sync::Semaphore, time::timeout};

/// The places of one destination.
#[derive(Debug)]
pub(super) struct Bulkhead {
    free: Semaphore,
    size: AtomicUsize,
    // std mutex: one change of the size after the other, never across an await
    resizing: Mutex<()>,
    /// Places in use beyond a reduced size: they are removed when they are returned.
    owed: AtomicUsize,
}

impl Bulkhead {
    /// A bulkhead with this many free places.
    pub(super) fn new(size: usize) -> Self {
        Self {
            free: Semaphore::new(size),
            size: AtomicUsize::new(size),
            resizing: Mutex::default(),
            owed: AtomicUsize::new(0),
        }
    }

    /// Takes a place if one is free.
    pub(super) fn try_take(&self) -> bool {
        // returned by hand: a permit would borrow from the destination, which its owner holds as well
        self.free.try_acquire().map(|permit| permit.forget()).is_ok()
    }

    /// Takes a place, and waits at most this long for one. Dropped while it waits, it takes none.
    pub(super) async fn take(&self, wait: Duration) -> bool {
        if self.try_take() {
            return true;
        }
        if wait.is_zero() {
            return false;
        }
        match timeout(wait, self.free.acquire()).await {
            Ok(Ok(permit)) => {
                permit.forget();
                true
            }
            // the semaphore is never closed
            Ok(Err(_)) | Err(_) => false,
        }
    }

    /// Returns a place.
    pub(super) fn give_back(&self) {
        let is_owed =
            self.owed.load(Relaxed) > 0 && self.owed.fetch_update(Relaxed, Relaxed, |owed| owed.checked_sub(1)).is_ok();
        if !is_owed {
            self.free.add_permits(1);
        }
    }

    /// Changes the number of places. Those in use stay in use.
    pub(super) fn resize(&self, to: usize) {
        let _one_at_a_time = self.resizing.lock().unwrap_or_else(PoisonError::into_inner);
        let size = self.size.swap(to, Relaxed);
        let (more, fewer) = (to.saturating_sub(size), size.saturating_sub(to));
        if more > 0 {
            let mut forgiven = 0;
            let forgive = |owed: usize| {
                forgiven = owed.min(more);
                Some(owed - forgiven)
            };
            _ = self.owed.fetch_update(Relaxed, Relaxed, forgive);
            self.free.add_permits(more - forgiven);
        }
        if fewer > 0 {
            // first owed, then forgotten: a place that is returned in between must not stay
            self.owed.fetch_add(fewer, Relaxed);
            let forgotten = self.free.forget_permits(fewer);
            let mut surplus = 0;
            let settle = |owed: usize| {
                surplus = forgotten.saturating_sub(owed);
                Some(owed.saturating_sub(forgotten))
            };
            _ = self.owed.fetch_update(Relaxed, Relaxed, settle);
            // places returned meanwhile have paid for some that were also forgotten
            self.free.add_permits(surplus);
        }
    }

    /// Number of places.
    pub(super) fn size(&self) -> usize {
        self.size.load(Relaxed)
    }

    /// Places in use; approximate while the size changes.
    pub(super) fn in_use(&self) -> usize {
        (self.size() + self.owed.load(Relaxed)).saturating_sub(self.free.available_permits())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests")]

    use std::sync::Arc;

    use proptest::prelude::*;
    use tokio::time::Instant;

    use super::*;
    use crate::testing::millis;

    proptest! {
        #[test]
        fn no_more_places_are_used_than_existed_when_the_last_was_taken(
            steps in prop::collection::vec((0..3_u8, 1..9_usize), 1..200),
        ) {
            let bulkhead = Bulkhead::new(4);
            let (mut size, mut used) = (4, 0);
            for (step, to) in steps {
                match step {
                    0 => {
                        let taken = bulkhead.try_take();
                        prop_assert_eq!(taken, used < size, "{} of {} are in use", used, size);
                        used += usize::from(taken);
                    }
                    1 if used > 0 => {
                        bulkhead.give_back();
                        used -= 1;
                    }
                    1 => {}
                    _ => {
                        bulkhead.resize(to);
                        size = to;
                    }
                }
                prop_assert_eq!((bulkhead.size(), bulkhead.in_use()), (size, used));
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_waits_for_a_place_no_longer_than_it_may() {
        let bulkhead = Bulkhead::new(1);
        assert!(bulkhead.take(millis(5)).await);
        let begun = Instant::now();
        assert!(!bulkhead.take(millis(5)).await);
        assert_eq!(begun.elapsed(), millis(5));
        assert!(!bulkhead.take(Duration::ZERO).await);
        bulkhead.give_back();
        assert!(bulkhead.take(Duration::ZERO).await);
    }

    #[tokio::test(start_paused = true)]
    async fn a_returned_place_goes_to_the_first_call_that_still_waits() {
        let bulkhead = Arc::new(Bulkhead::new(1));
        assert!(bulkhead.try_take());
        let waits = |wait: u64| {
            let bulkhead = Arc::clone(&bulkhead);
            tokio::spawn(async move { bulkhead.take(millis(wait)).await })
        };
        let (gone, first, second) = (waits(100), waits(100), waits(100));
        tokio::task::yield_now().await;
        gone.abort();
        tokio::time::sleep(millis(1)).await;
        bulkhead.give_back();
        assert!(first.await.unwrap(), "woken");
        assert!(!second.await.unwrap(), "there is no second place");
        bulkhead.give_back();
        assert!(bulkhead.try_take());
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn no_wake_up_is_lost_while_the_size_changes() {
        const CALLS: usize = 200;
        let bulkhead = Arc::new(Bulkhead::new(3));
        let calls: Vec<_> = (0..8)
            .map(|_| {
                let bulkhead = Arc::clone(&bulkhead);
                tokio::spawn(async move {
                    for _ in 0..CALLS {
                        assert!(bulkhead.take(millis(30_000)).await, "a waiting call was forgotten");
                        tokio::task::yield_now().await;
                        bulkhead.give_back();
                    }
                })
            })
            .collect();
        for size in [1, 5, 2, 4].into_iter().cycle().take(400) {
            bulkhead.resize(size);
            tokio::task::yield_now().await;
        }
        bulkhead.resize(3);
        for call in calls {
            call.await.unwrap();
        }
        assert_eq!((bulkhead.in_use(), bulkhead.size()), (0, 3));
        assert_eq!((0..9).filter(|_| bulkhead.try_take()).count(), 3);
    }
}
