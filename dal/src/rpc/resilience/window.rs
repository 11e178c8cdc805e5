//! Results of calls over a sliding window, counted in ten slices of it without a lock.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Number of slices of the window.
pub(super) const SLICES: u64 = COUNT as u64;

const COUNT: usize = 10;

/// Bits per count in a slice; a slice of 6 s overflows above 349,000 calls per second.
const BITS: u32 = 21;

/// Number of a slice that is being emptied. Results that fall into that moment are lost, a few at most.
const EMPTYING: u64 = u64::MAX;

/// A result, as far as it matters for the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// A good answer.
    Good,
    /// A good answer that took long.
    Slow,
    /// A failure.
    Failed,
    /// Nothing: the call was cancelled, or had too little time, or did not go out.
    Unknown,
}

/// Numbers of results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Counts {
    pub(super) calls: u64,
    pub(super) failed: u64,
    pub(super) slow: u64,
}

impl Counts {
    const fn of_word(word: u64) -> Self {
        let mask = (1 << BITS) - 1;
        Self { calls: word & mask, failed: (word >> BITS) & mask, slow: (word >> (2 * BITS)) & mask }
    }

    const fn add(&mut self, other: Self) {
        self.calls += other.calls;
        self.failed += other.failed;
        self.slow += other.slow;
    }
}

/// The slices, each with its number: time ÷ length of a slice + 1; 0 stands for "none".
#[derive(Debug, Default)]
pub(super) struct Window {
    slices: [Slice; COUNT],
}

#[derive(Debug, Default)]
struct Slice {
    number: AtomicU64,
    counts: AtomicU64,
}

impl Window {
    fn slice(&self, number: u64) -> Option<&Slice> {
        self.slices.get(usize::try_from(number % SLICES).ok()?)
    }

    /// Counts a result in the slice of this number.
    pub(super) fn record(&self, number: u64, verdict: Verdict) {
        let one = match verdict {
            Verdict::Good => 1,
            Verdict::Failed => 1 | (1 << BITS),
            Verdict::Slow => 1 | (1 << (2 * BITS)),
            Verdict::Unknown => return,
        };
        let Some(slice) = self.slice(number) else { return };
        let found = slice.number.load(Relaxed);
        if found != number {
            if found == EMPTYING || slice.number.compare_exchange(found, EMPTYING, Relaxed, Relaxed).is_err() {
                return;
            }
            slice.counts.store(0, Relaxed);
            slice.number.store(number, Relaxed);
        }
        slice.counts.fetch_add(one, Relaxed);
    }

    /// The slices from the one of this number back to the oldest of the window, each added to those before it.
    pub(super) fn sums(&self, number: u64) -> impl Iterator<Item = Counts> {
        let mut sum = Counts::default();
        (0..SLICES).filter_map(move |back| number.checked_sub(back)).map(move |number| {
            if let Some(slice) = self.slice(number).filter(|slice| slice.number.load(Relaxed) == number) {
                sum.add(Counts::of_word(slice.counts.load(Relaxed)));
            }
            sum
        })
    }

    /// Forgets everything.
    pub(super) fn clear(&self) {
        for slice in &self.slices {
            slice.number.store(0, Relaxed);
            slice.counts.store(0, Relaxed);
        }
    }
}
