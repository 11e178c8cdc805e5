//! Durations of the calls of the last minute, in buckets that grow by a quarter of a power of two, counted without a lock.

use std::{
    sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use tokio::time::Instant;

/// Slices of the minute.
const SLICES: u64 = COUNT as u64;

const COUNT: usize = 6;

/// Length of a slice.
const SLICE: Duration = Duration::from_secs(10);

/// Buckets per power of two.
const STEPS: u32 = 4;

/// Binary logarithm of the upper bound of the first bucket in nanoseconds: 16 µs.
const LEAST: u32 = 14;

/// 16 µs to 17 s.
const BUCKETS: usize = 20 * STEPS as usize;

/// Minimum number of calls for a quantile.
const ENOUGH: u64 = 20;

/// Age at which the two quantiles are computed again.
const REFRESH: Duration = Duration::from_millis(250);

/// Number of a slice that is being emptied. Calls that end at that moment are not counted.
const EMPTYING: u64 = u64::MAX;

/// Durations of the calls of the last minute.
#[derive(Debug)]
pub(super) struct Latencies {
    born: Instant,
    slices: [Slice; COUNT],
    /// Time of the last computation in nanoseconds since `born`, plus 1; 0: there was none.
    computed: AtomicU64,
    /// In nanoseconds; 0: unknown. The last known values stay when there are too few calls.
    median: AtomicU64,
    high: AtomicU64,
}

#[derive(Debug)]
struct Slice {
    number: AtomicU64,
    counts: [AtomicU32; BUCKETS],
}

/// The bucket of a duration.
fn bucket(took: Duration) -> usize {
    let nanos = nanos(took).max(1);
    let power = nanos.ilog2();
    if power < LEAST {
        return 0;
    }
    // the two bits below the highest one
    let step = (nanos >> (power - 2)) & u64::from(STEPS - 1);
    let bucket = u64::from((power - LEAST) * STEPS) + step;
    usize::try_from(bucket).unwrap_or(BUCKETS).min(BUCKETS - 1)
}

/// The upper bound of a bucket, in nanoseconds.
fn bound(bucket: usize) -> u64 {
    let bucket = u32::try_from(bucket).unwrap_or_default();
    let (power, step) = (bucket / STEPS + LEAST, bucket % STEPS);
    (1 << power) + ((u64::from(step) + 1) << (power - 2))
}

impl Latencies {
    /// No calls yet.
    pub(super) fn new(born: Instant) -> Self {
        let slice = || Slice { number: AtomicU64::new(0), counts: [const { AtomicU32::new(0) }; BUCKETS] };
        Self {
            born,
            slices: std::array::from_fn(|_| slice()),
            computed: AtomicU64::new(0),
            median: AtomicU64::new(0),
            high: AtomicU64::new(0),
        }
    }

    fn number(&self, now: Instant) -> u64 {
        nanos(now.saturating_duration_since(self.born)) / nanos(SLICE) + 1
    }

    fn slice(&self, number: u64) -> Option<&Slice> {
        self.slices.get(usize::try_from(number % SLICES).ok()?)
    }

    /// Counts a call that ended `now`.
    pub(super) fn record(&self, now: Instant, took: Duration) {
        let number = self.number(now);
        let Some(slice) = self.slice(number) else { return };
        let found = slice.number.load(Relaxed);
        if found != number {
            if found == EMPTYING || slice.number.compare_exchange(found, EMPTYING, Relaxed, Relaxed).is_err() {
                return;
            }
            slice.counts.iter().for_each(|count| count.store(0, Relaxed));
            slice.number.store(number, Relaxed);
        }
        if let Some(count) = slice.counts.get(bucket(took)) {
            count.fetch_add(1, Relaxed);
        }
    }

    /// The median; `None`: there were never enough calls in a minute.
    pub(super) fn median(&self, now: Instant) -> Option<Duration> {
        self.compute(now);
        known(&self.median)
    }

    /// The 95th percentile.
    pub(super) fn high(&self, now: Instant) -> Option<Duration> {
        self.compute(now);
        known(&self.high)
    }

    fn compute(&self, now: Instant) {
        let at = nanos(now.saturating_duration_since(self.born)) + 1;
        let before = self.computed.load(Relaxed);
        if before != 0 && at.saturating_sub(before) < nanos(REFRESH) {
            return;
        }
        self.computed.store(at, Relaxed);
        let number = self.number(now);
        let numbers = (0..SLICES).filter_map(|back| number.checked_sub(back));
        let mut sums = [0_u64; BUCKETS];
        for slice in
            numbers.filter_map(|number| self.slice(number).filter(|slice| slice.number.load(Relaxed) == number))
        {
            for (sum, count) in sums.iter_mut().zip(&slice.counts) {
                *sum += u64::from(count.load(Relaxed));
            }
        }
        let all: u64 = sums.iter().sum();
        if all < ENOUGH {
            return;
        }
        for (quantile, percent) in [(&self.median, 50), (&self.high, 95)] {
            let mut below = 0;
            let reaches = |count: &u64| {
                below += count;
                below * 100 >= all * percent
            };
            quantile.store(sums.iter().position(reaches).map_or(0, bound), Relaxed);
        }
    }
}

fn known(quantile: &AtomicU64) -> Option<Duration> {
    Some(quantile.load(Relaxed)).filter(|nanos| *nanos > 0).map(Duration::from_nanos)
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::millis;

    fn recorded(now: Instant, durations: impl IntoIterator<Item = Duration>) -> Latencies {
        let latencies = Latencies::new(now);
        durations.into_iter().for_each(|took| latencies.record(now, took));
        latencies
    }

    proptest! {
        #[test]
        fn a_quantile_is_at_most_a_quarter_above_the_exact_one(
            mut micros in prop::collection::vec(20_u64..16_000_000, 20..300),
        ) {
            let now = Instant::now();
            let latencies = recorded(now, micros.iter().map(|micros| Duration::from_micros(*micros)));
            micros.sort_unstable();
            for (found, percent) in [(latencies.median(now), 50), (latencies.high(now), 95)] {
                let exact = micros.get((micros.len() * percent).div_ceil(100) - 1).map(|micros| Duration::from_micros(*micros));
                let (found, exact) = (found.unwrap_or_default(), exact.unwrap_or_default());
                prop_assert!(exact <= found && found <= exact * 5 / 4, "{:?} instead of {:?}", found, exact);
            }
        }
    }

    #[test]
    fn too_few_calls_give_no_quantile() {
        let now = Instant::now();
        assert_eq!(recorded(now, (0..19).map(|_| millis(5))).median(now), None);
        assert!(recorded(now, (0..20).map(|_| millis(5))).median(now).is_some());
    }

    #[test]
    fn a_call_is_forgotten_after_a_minute_and_the_last_known_values_stay() {
        let start = Instant::now();
        let latencies = recorded(start, (0..100).map(|_| millis(5)));
        let slow = latencies.median(start);
        let later = start + millis(61_000);
        assert_eq!(latencies.median(later), slow);
        (0..20).for_each(|_| latencies.record(later, millis(1)));
        assert!(latencies.median(later + REFRESH) < slow);
        assert!(latencies.high(later + REFRESH) < Some(millis(2)));
    }

    #[test]
    fn the_shortest_and_the_longest_have_a_bucket() {
        for took in [Duration::ZERO, Duration::from_micros(1), millis(3_600_000)] {
            assert!(bucket(took) < BUCKETS, "{took:?}");
        }
    }
}
