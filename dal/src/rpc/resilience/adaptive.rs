//! An adaptive limit of calls in flight (AIMD): it grows by one per round of good calls, and falls by a tenth on a time-out
//! or an overload answer.

use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use tokio::time::Instant;

/// Thousandths in a place.
const PLACE: u64 = 1_000;

/// Least time between two falls: the calls that are under way at the first one belong to it.
const PAUSE: Duration = Duration::from_millis(100);

/// A limit between `min` and the size of the bulkhead.
#[derive(Debug)]
pub(super) struct Adaptive {
    born: Instant,
    /// In thousandths of a place; 0: the size of the bulkhead.
    limit: AtomicU64,
    /// Time of the last fall in nanoseconds since `born`, plus 1; 0: there was none.
    fell: AtomicU64,
}

impl Adaptive {
    /// A limit that begins at the size of the bulkhead.
    pub(super) const fn new(born: Instant) -> Self {
        Self { born, limit: AtomicU64::new(0), fell: AtomicU64::new(0) }
    }

    /// Number of places.
    pub(super) fn limit(&self, min: usize, max: usize) -> usize {
        match self.limit.load(Relaxed) {
            0 => max,
            limit => usize::try_from(limit / PLACE).unwrap_or(max).clamp(min.min(max), max),
        }
    }

    /// Begins at the size of the bulkhead again.
    pub(super) fn reset(&self) {
        self.limit.store(0, Relaxed);
    }

    /// Adds 1 ÷ limit of a place after a good call that ended with `in_use` places taken, if the limit was reached.
    pub(super) fn grow(&self, in_use: usize, min: usize, max: usize) {
        let limit = self.limit(min, max);
        if in_use * 2 < limit || limit >= max {
            return;
        }
        let most = places(max);
        let more = |known: u64| {
            let known = if known == 0 { most } else { known.max(places(min)) };
            Some((known + (PLACE * PLACE).div_ceil(known.max(1))).min(most))
        };
        _ = self.limit.fetch_update(Relaxed, Relaxed, more);
    }

    /// Takes off a tenth after a time-out or an overload answer, once per [`PAUSE`].
    pub(super) fn fall(&self, now: Instant, min: usize, max: usize) {
        let at = nanos(now.saturating_duration_since(self.born)) + 1;
        let before = self.fell.load(Relaxed);
        let is_soon = before != 0 && at.saturating_sub(before) < nanos(PAUSE);
        if is_soon || self.fell.compare_exchange(before, at, Relaxed, Relaxed).is_err() {
            return;
        }
        let (least, most) = (places(min.min(max)), places(max));
        let less = |known: u64| {
            let known = if known == 0 { most } else { known.min(most) };
            Some((known - known / 10).max(least))
        };
        _ = self.limit.fetch_update(Relaxed, Relaxed, less);
    }
}

fn places(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX / PLACE).saturating_mul(PLACE)
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::millis;

    proptest! {
        #[test]
        fn the_limit_stays_between_its_least_value_and_the_size_of_the_bulkhead(
            (min, max) in (1..40_usize, 1..60_usize),
            steps in prop::collection::vec((any::<bool>(), 0..300_u64, 0..80_usize), 0..500),
        ) {
            let mut now = Instant::now();
            let adaptive = Adaptive::new(now);
            for (is_good, pause, in_use) in steps {
                now += millis(pause);
                if is_good { adaptive.grow(in_use, min, max) } else { adaptive.fall(now, min, max) }
                let limit = adaptive.limit(min, max);
                prop_assert!((min.min(max)..=max).contains(&limit), "{limit} is not between {min} and {max}");
            }
        }
    }

    #[test]
    fn it_falls_by_a_tenth_once_per_pause_and_grows_by_one_per_round() {
        let start = Instant::now();
        let adaptive = Adaptive::new(start);
        let limit = || adaptive.limit(10, 100);
        assert_eq!(limit(), 100);
        adaptive.fall(start, 10, 100);
        adaptive.fall(start + millis(99), 10, 100);
        assert_eq!(limit(), 90);
        adaptive.fall(start + millis(100), 10, 100);
        assert_eq!(limit(), 81);
        (0..82).for_each(|_| adaptive.grow(81, 10, 100));
        assert_eq!(limit(), 82);
        (0..1_000).for_each(|_| adaptive.grow(40, 10, 100));
        assert_eq!(limit(), 82, "half of the places were free: the limit was not felt");
        adaptive.reset();
        assert_eq!(limit(), 100);
    }
}
