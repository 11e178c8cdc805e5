//! Queueing delay before a thread takes up a request: measured by a probe, read by every request.
//!
//! A request that arrives makes its socket readable. The runtime's driver notices that when the run queue is empty, or after
//! some dozens of tasks, and wakes the task of the connection together with all others whose sockets have become readable. The
//! probe sleeps, is woken with them, and measures the time until everything that was woken with it has run. A request waits for
//! the driver while one such batch runs, half of it on average, and then for half of the next: together the time of one batch.
//!
//! The delay is the elapsed time, or the processor time that the process has used meanwhile if that is less. A pause of the
//! machine or a busy neighbour makes the probe as late as a queue does, but no task has run.
//!
//! A reading is as old as the queue is long, and the queue has gone on growing since. So if a reading is above the two
//! before it, the queue is assumed to have grown on at that rate; between readings the lateness of the overdue probe is used in
//! the same way.

use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use super::{Now, micros};

/// Time between two readings. A reading acts until the next: at 5 ms the simulated goodput is 4 % lower, at 1 ms it is the
/// same.
pub(super) const INTERVAL: Duration = Duration::from_millis(2);

/// Shortest queue for which growth is computed, in µs: below it, a single burst would be taken for steady growth.
const STANDING: u64 = 5_000;

/// Maximum rate of growth, in thousandths: a queue is assumed to be at most twice as long as it was read.
const FASTEST: u64 = 1_000;

/// The probe is not due.
const NEVER: u64 = u64::MAX;

/// The last readings and the next. Written by the probe, read by every request.
#[derive(Debug)]
pub(super) struct Queue {
    /// The last reading and the one before, µs.
    read: AtomicU64,
    before: AtomicU64,
    /// Growth of the queue to the last reading, in thousandths of the time since the reading before.
    growth: AtomicU64,
    /// Time at which the probe would run without any delay, in µs since the start.
    due: AtomicU64,
    /// Processor time used when the probe began to wait, in µs.
    spent: AtomicU64,
}

impl Default for Queue {
    fn default() -> Self {
        let zero = || AtomicU64::new(0);
        Self { read: zero(), before: zero(), growth: zero(), due: AtomicU64::new(NEVER), spent: zero() }
    }
}

impl Queue {
    /// The probe goes to sleep and is due at `due`. `spent` is the processor time used so far.
    pub(super) fn expect(&self, due: Duration, spent: Duration) {
        self.spent.store(micros(spent), Relaxed);
        self.due.store(micros(due), Relaxed);
    }

    /// The probe wakes, and waits for everything that was woken with it.
    pub(super) fn wake(&self, now: Now<'_>) {
        self.expect(now.at, (now.processor)());
    }

    /// Everything that was woken with the probe has run.
    pub(super) fn take(&self, now: Now<'_>) {
        let read = self.late(now);
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

    /// Expected delay of a request that arrives now, until a thread takes it up.
    pub(super) fn present(&self, now: Now<'_>) -> Duration {
        let queue = self.read.load(Relaxed).max(self.late(now));
        Duration::from_micros(queue + queue * self.growth.load(Relaxed) / 1_000)
    }

    /// Time by which the probe is overdue, in µs.
    fn late(&self, now: Now<'_>) -> u64 {
        let passed = micros(now.at).saturating_sub(self.due.load(Relaxed));
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
    fn a_reading_is_the_time_until_all_that_was_woken_with_the_probe_has_run() {
        let queue = Queue::default();
        assert!(queue.rests());
        assert_eq!(present(&queue, 90_000), ms(0));
        queue.expect(ms(100), ms(98));
        assert!(!queue.rests());
        assert_eq!(present(&queue, 130), ms(30), "it should have been woken by now");
        working(130, |now| queue.wake(now));
        assert_eq!(present(&queue, 130), ms(0), "the driver was late: how long the queue is, nobody knows yet");
        working(134, |now| queue.take(now));
        queue.expect(ms(136), ms(134));
        for (name, at, expected) in
            [("as it was", 134, 4), ("not yet overdue", 136, 4), ("overdue by more", 200, 64), ("for long", 900, 764)]
        {
            assert_eq!(present(&queue, at), ms(expected), "{name}");
        }
        queue.rest();
        assert_eq!(present(&queue, 90_000), ms(0));
    }

    #[test]
    fn time_without_running_tasks_is_not_a_queue() {
        for (name, worked, expected) in
            [("a pause of the machine", 1, 1), ("a neighbour that takes half", 50, 50), ("nobody else", 100, 100)]
        {
            let queue = Queue::default();
            queue.expect(ms(100), ms(40));
            let now = Now { at: ms(200), processor: &|| ms(40 + worked) };
            assert_eq!(queue.present(now), ms(expected), "overdue, {name}");
            queue.wake(Now { at: ms(100), processor: &|| ms(40) });
            queue.take(now);
            queue.expect(ms(300), ms(140));
            assert_eq!(queue.present(now), ms(expected), "read, {name}");
        }
    }

    #[test]
    fn a_growing_queue_is_extrapolated_and_a_burst_is_not() {
        // By readings of the queue, in ms.
        for (readings, expected) in [
            ([0, 20, 20], 20),
            ([0, 10, 13], 16),
            ([0, 10, 100], 200),
            ([0, 0, 20], 20),
            ([0, 4, 20], 20),
            ([0, 30, 10], 10),
            ([20, 10, 20], 20),
            ([20, 10, 23], 28),
        ] {
            let queue = Queue::default();
            for read in readings {
                working(0, |now| queue.wake(now));
                working(read, |now| queue.take(now));
            }
            queue.expect(ms(200), ms(200));
            assert_eq!(present(&queue, 200).as_millis(), expected, "{readings:?}");
        }
    }
}
