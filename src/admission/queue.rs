//! The queueing delay of a request before a thread takes it up: measured by a probe, read by every request.
//!
//! A request that arrives makes its socket readable. The runtime's driver notices that when the run queue is empty, or after
//! some dozens of tasks, and wakes the task of the connection together with all others whose sockets have become readable. So
//! a request waits for the driver, and then for a part of what was woken with it: half of it on average. The probe sleeps and
//! reads the clock twice, as it wakes and behind everything that was woken with it. The mean of both is the expected delay.
//!
//! The lateness is capped by the processor time that the process has used meanwhile. A pause of the machine and a busy
//! neighbour make the probe as late as a queue does, but the process has not worked.
//!
//! A reading is as old as the queue is long, and the queue has gone on growing since. So if a reading is above the two
//! before it, the queue is assumed to have grown on at that rate; between readings the lateness of the overdue probe is used in
//! the same way.

use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use super::{Now, micros};

/// Time between two readings. A reading acts until the next: at 5 ms the simulated goodput is 4 % lower, at 1 ms it is
/// the same.
pub(super) const INTERVAL: Duration = Duration::from_millis(2);

/// Lateness of a timer on an idle machine: the runtime counts whole milliseconds, and so does its wait for the kernel.
const GRANULARITY: Duration = Duration::from_millis(2);

/// A shorter queue has no rate of growth: a sudden burst would be taken for a lasting one. µs.
const STANDING: u64 = 5_000;

/// Maximum rate of growth, in thousandths: a queue is assumed to be at most half as long again as it was read.
const FASTEST: u64 = 500;

/// The probe is not due.
const NEVER: u64 = u64::MAX;

/// The last reading and the next. Written by the probe, read by all.
#[derive(Debug)]
pub(super) struct Queue {
    /// The last reading and the one before, µs.
    read: AtomicU64,
    before: AtomicU64,
    /// Delay of the probe when it woke, µs.
    woken: AtomicU64,
    /// Growth from the reading before to the last, in thousandths of the time between them.
    growth: AtomicU64,
    /// Time at which the probe is due, in µs since the start.
    due: AtomicU64,
    /// Processor time used when the probe went to sleep, µs.
    spent: AtomicU64,
}

impl Default for Queue {
    fn default() -> Self {
        let zero = || AtomicU64::new(0);
        Self { read: zero(), before: zero(), woken: zero(), growth: zero(), due: AtomicU64::new(NEVER), spent: zero() }
    }
}

impl Queue {
    /// The probe goes to sleep and is due at `due`. `spent` is the processor time used so far.
    pub(super) fn expect(&self, due: Duration, spent: Duration) {
        self.spent.store(micros(spent), Relaxed);
        self.due.store(micros(due), Relaxed);
    }

    /// The probe wakes.
    pub(super) fn wake(&self, now: Now<'_>) {
        self.woken.store(self.late(now), Relaxed);
    }

    /// The probe runs behind everything that was woken with it.
    pub(super) fn take(&self, now: Now<'_>) {
        let read = u64::midpoint(self.woken.load(Relaxed), self.late(now));
        let before = self.read.swap(read, Relaxed);
        let older = self.before.swap(before, Relaxed);
        let grown = if before < STANDING { 0 } else { read.saturating_sub(before.max(older)) };
        self.growth.store((grown * 1_000 / (before + micros(INTERVAL))).min(FASTEST), Relaxed);
    }

    /// The probe rests until it is woken.
    pub(super) fn rest(&self) {
        self.read.store(0, Relaxed);
        self.before.store(0, Relaxed);
        self.growth.store(0, Relaxed);
        self.due.store(NEVER, Relaxed);
    }

    /// Whether the probe rests.
    pub(super) fn rests(&self) -> bool {
        self.due.load(Relaxed) == NEVER
    }

    /// Expected wait for a thread of a request that arrives now.
    pub(super) fn present(&self, now: Now<'_>) -> Duration {
        let queue = self.read.load(Relaxed).max(self.late(now));
        Duration::from_micros(queue + queue * self.growth.load(Relaxed) / 1_000)
    }

    /// Lateness of the probe, in µs.
    fn late(&self, now: Now<'_>) -> u64 {
        let passed = micros(now.at).saturating_sub(self.due.load(Relaxed)).saturating_sub(micros(GRANULARITY));
        if passed == 0 {
            return 0;
        }
        passed.min(micros((now.processor)()).wrapping_sub(self.spent.load(Relaxed)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    /// At this time, with the processor used all the time since the start.
    fn working<T>(at: u64, then: impl FnOnce(Now<'_>) -> T) -> T {
        then(Now { at: ms(at), processor: &|| ms(at) })
    }

    fn present(queue: &Queue, at: u64) -> Duration {
        working(at, |now| queue.present(now))
    }

    #[test]
    fn a_reading_is_by_how_much_the_probe_is_late() {
        let queue = Queue::default();
        assert!(queue.rests());
        assert_eq!(present(&queue, 90_000), ms(0));
        queue.expect(ms(100), ms(98));
        assert!(!queue.rests());
        working(103, |now| queue.wake(now));
        working(105, |now| queue.take(now));
        queue.expect(ms(106), ms(104));
        for (name, at, expected) in
            [("as it was", 104, 2), ("not yet overdue", 108, 2), ("overdue by more", 200, 92), ("for long", 900, 792)]
        {
            assert_eq!(present(&queue, at), ms(expected), "{name}");
        }
        working(108, |now| queue.wake(now));
        working(108, |now| queue.take(now));
        assert_eq!(present(&queue, 108), ms(0), "a timer that is late by its grain waited for nobody");
        queue.rest();
        assert_eq!(present(&queue, 90_000), ms(0));
    }

    #[test]
    fn time_in_which_nobody_worked_is_no_queue() {
        for (name, worked, expected) in
            [("a pause of the machine", 1, 1), ("a neighbour that takes half", 50, 50), ("nobody else", 100, 98)]
        {
            let queue = Queue::default();
            queue.expect(ms(100), ms(40));
            let now = Now { at: ms(200), processor: &|| ms(40 + worked) };
            assert_eq!(queue.present(now), ms(expected), "overdue, {name}");
            queue.wake(now);
            queue.take(now);
            queue.expect(ms(300), ms(140));
            assert_eq!(queue.present(now), ms(expected), "read, {name}");
        }
    }

    #[test]
    fn a_queue_that_grew_goes_on_growing_and_a_burst_does_not() {
        // By readings of the queue, in ms.
        for (readings, expected) in
            [([20, 20], 20), ([10, 13], 16), ([10, 100], 150), ([0, 20], 20), ([4, 20], 20), ([30, 10], 10)]
                .map(|([first, second], expected)| ([0, first, second], expected))
                .into_iter()
                .chain([([20, 10, 20], 20), ([20, 10, 23], 28)])
        {
            let queue = Queue::default();
            for read in readings {
                queue.expect(ms(0), ms(0));
                working(read + 2, |now| queue.wake(now));
                working(read + 2, |now| queue.take(now));
            }
            queue.expect(ms(200), ms(200));
            assert_eq!(present(&queue, 200).as_millis(), expected, "{readings:?}");
        }
    }
}
