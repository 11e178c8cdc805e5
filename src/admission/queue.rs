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
//! A reading is old by the time it is read, the older the longer the queue: it tells of requests that were there when the
//! probe was due. Two corrections make it a present one. A probe that is overdue says at least so long; and as a queue is as
//! long as there are requests in flight, a reading is scaled by how many there are now against how many there were then.

use std::{
    sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
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
    /// In flight when the probe of the last reading went to sleep.
    then: AtomicUsize,
    /// In flight when the probe that sleeps now did.
    next: AtomicUsize,
    /// When the probe is due, in µs since the start.
    due: AtomicU64,
}

impl Default for Queue {
    fn default() -> Self {
        let zero = || AtomicUsize::new(0);
        Self {
            last: AtomicU64::new(0),
            latest: AtomicU64::new(0),
            then: zero(),
            next: zero(),
            due: AtomicU64::new(NEVER),
        }
    }
}

impl Queue {
    /// The probe goes to sleep and is due then.
    pub(super) fn expect(&self, due: Duration, in_flight: usize) {
        self.next.store(in_flight, Relaxed);
        self.due.store(micros(due), Relaxed);
    }

    /// The probe has woken.
    pub(super) fn take(&self, now: Duration) {
        let late = micros(now).saturating_sub(self.due.load(Relaxed)).saturating_sub(micros(GRANULARITY));
        let before = self.latest.swap(late, Relaxed);
        self.last.store(late.min(before), Relaxed);
        self.then.store(self.next.load(Relaxed), Relaxed);
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

    /// How long a request that arrives now will wait, with so many in flight.
    pub(super) fn present(&self, now: Duration, in_flight: usize) -> Duration {
        let overdue = micros(now).saturating_sub(self.due.load(Relaxed)).saturating_sub(micros(GRANULARITY));
        // The request that asks, and the probe, stand in the queue too.
        let (now, then) = (in_flight as u64 + 1, self.then.load(Relaxed) as u64 + 1);
        let scaled = self.last.load(Relaxed).saturating_mul(now) / then;
        Duration::from_micros(scaled.max(overdue))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn a_reading_is_scaled_by_what_is_in_flight_and_never_below_what_is_overdue() {
        let queue = Queue::default();
        assert!(queue.rests());
        assert_eq!(queue.present(ms(90_000), 1_000), ms(0));
        queue.expect(ms(100), 19);
        assert!(!queue.rests());
        queue.take(ms(115));
        assert_eq!(queue.present(ms(115), 19), ms(13), "overdue until it is expected again");
        queue.expect(ms(117), 19);
        assert_eq!(queue.present(ms(115), 19), ms(0), "one late reading is no queue");
        queue.take(ms(127));
        queue.expect(ms(132), 40);
        for (name, at, in_flight, expected) in [
            ("as it was", ms(128), 19, ms(8)),
            ("twice as many", ms(128), 39, ms(16)),
            ("half as many", ms(128), 9, ms(4)),
            ("nobody", ms(128), 0, Duration::from_micros(400)),
            ("not yet overdue", ms(134), 19, ms(8)),
            ("overdue by less than the reading", ms(137), 19, ms(8)),
            ("overdue by more", ms(217), 19, ms(83)),
        ] {
            assert_eq!(queue.present(at, in_flight), expected, "{name}");
        }
        queue.take(ms(133));
        assert_eq!(queue.present(ms(133), 40), ms(0), "a timer that is late by its grain waited for nobody");
        queue.rest();
        assert_eq!(queue.present(ms(90_000), 40), ms(0));
    }
}
