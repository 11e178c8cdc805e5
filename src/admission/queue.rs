//! How long a request waits before a thread takes it up: measured by a probe, read by every request.
//!
//! A request that arrives makes its socket readable; the runtime's driver wakes the task of the connection, which waits
//! behind all tasks that were ready before. A timer takes the same way: same driver, same queues. So the probe sleeps, and
//! how late it wakes is how long a request waits. Nothing is gained by yielding once more: that waits in the same queue a
//! second time, and a tired worker that defers it would be taken for a long queue.
//!
//! One late reading is no queue: the machine may have been busy with others for a moment, which is over. What counts is the
//! shorter of the last two; where a process has a third of its processor that is worth a tenth of its goodput, and nothing
//! elsewhere.
//!
//! A reading is old by the time it is read, the older the longer the queue. A probe that is overdue says at least so long.

use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use super::micros;

/// Between two readings. A reading acts until the next: at 5 ms the simulated goodput is 4 % lower, at 1 ms it is the same.
pub(super) const INTERVAL: Duration = Duration::from_millis(2);

/// How late a timer is on an idle machine: the runtime counts whole milliseconds, and so does its wait for the kernel.
const GRANULARITY: Duration = Duration::from_millis(2);

/// Nobody is due.
const NEVER: u64 = u64::MAX;

/// The last readings and the next. Written by the probe, read by all.
#[derive(Debug)]
pub(super) struct Queue {
    /// The shorter of the last two, µs.
    last: AtomicU64,
    /// The last, µs.
    latest: AtomicU64,
    /// When the probe is due, in µs since the start.
    due: AtomicU64,
}

impl Default for Queue {
    fn default() -> Self {
        Self { last: AtomicU64::new(0), latest: AtomicU64::new(0), due: AtomicU64::new(NEVER) }
    }
}

impl Queue {
    /// The probe goes to sleep and is due then.
    pub(super) fn expect(&self, due: Duration) {
        self.due.store(micros(due), Relaxed);
    }

    /// The probe has woken.
    pub(super) fn take(&self, now: Duration) {
        let late = micros(now).saturating_sub(self.due.load(Relaxed)).saturating_sub(micros(GRANULARITY));
        let before = self.latest.swap(late, Relaxed);
        self.last.store(late.min(before), Relaxed);
    }

    /// The probe rests until somebody wakes it.
    pub(super) fn rest(&self) {
        self.last.store(0, Relaxed);
        self.latest.store(0, Relaxed);
        self.due.store(NEVER, Relaxed);
    }

    /// Whether the probe rests.
    pub(super) fn rests(&self) -> bool {
        self.due.load(Relaxed) == NEVER
    }

    /// How long a request that arrives now will wait for a thread.
    pub(super) fn present(&self, now: Duration) -> Duration {
        let overdue = micros(now).saturating_sub(self.due.load(Relaxed)).saturating_sub(micros(GRANULARITY));
        Duration::from_micros(self.last.load(Relaxed).max(overdue))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn a_reading_is_the_shorter_of_two_and_never_below_what_is_overdue() {
        let queue = Queue::default();
        assert!(queue.rests());
        assert_eq!(queue.present(ms(90_000)), ms(0));
        queue.expect(ms(100));
        assert!(!queue.rests());
        queue.take(ms(115));
        assert_eq!(queue.present(ms(115)), ms(13), "overdue until it is expected again");
        queue.expect(ms(117));
        assert_eq!(queue.present(ms(115)), ms(0), "one late reading is no queue");
        queue.take(ms(127));
        queue.expect(ms(132));
        for (name, at, expected) in [
            ("as it was", ms(128), ms(8)),
            ("not yet overdue", ms(134), ms(8)),
            ("overdue by less than the reading", ms(140), ms(8)),
            ("overdue by more", ms(200), ms(66)),
        ] {
            assert_eq!(queue.present(at), expected, "{name}");
        }
        queue.take(ms(133));
        assert_eq!(queue.present(ms(133)), ms(0), "a timer that is late by its grain waited for nobody");
        queue.rest();
        assert_eq!(queue.present(ms(90_000)), ms(0));
    }
}
