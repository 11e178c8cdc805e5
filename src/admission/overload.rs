//! Overload control of one process: how long a request that comes now would wait, and whom to let in by it.

use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use live_pack_dal::config::{Class, OverloadRules};

use super::{
    level::{Level, Levels, Window},
    micros,
    queue::Queue,
};

/// With fewer than so many requests a worker inside there is no queue of ours: who is late in such company waits for a
/// machine that is busy with others, and refusing it would help nobody. A process that gets a part of its processor only
/// would else refuse everybody, and wait as long as before.
const FEW: u128 = 8;

/// A request waits for a thread about so often, once for each answer of a downstream. Where one such wait is shorter than
/// this part of what all may be, threads are not what requests wait for.
const PASSES: u32 = 10;

/// Threads that were short are taken to be so for this long: between two bursts there is no queue, and nobody should take
/// that for room.
const SHORT_FOR: Duration = Duration::from_secs(1);

/// One wait for a thread counts for so many where nobody is in flight: the reading is as old as the queue is long, and what is
/// decided by it comes late.
const ALONE: u32 = 3;

/// What is measured, and what follows from it. Times are since the start of whoever holds it.
#[derive(Debug)]
pub(super) struct Overload {
    pub(super) queue: Queue,
    pub(super) levels: Levels,
    /// Requests answered in the window that runs, and µs that they were inside, all together.
    answered: AtomicU64,
    inside: AtomicU64,
    /// µs that a request is inside while threads are not short: what its downstreams take.
    usual: AtomicU64,
    /// Until when threads are taken to be short, in µs since the start.
    short: AtomicU64,
    /// Requests that a window has lately been good for: the most, less a sixteenth for each window since.
    capacity: AtomicU64,
    few: u128,
}

impl Overload {
    /// For a process with so many threads that serve requests.
    pub(super) fn new(workers: usize) -> Self {
        Self {
            queue: Queue::default(),
            levels: Levels::default(),
            answered: AtomicU64::new(0),
            inside: AtomicU64::new(0),
            usual: AtomicU64::new(0),
            short: AtomicU64::new(0),
            capacity: AtomicU64::new(0),
            few: FEW * workers as u128,
        }
    }

    /// A request that was let in has been answered, after so long.
    pub(super) fn answered(&self, took: Duration) {
        self.answered.fetch_add(1, Relaxed);
        self.inside.fetch_add(micros(took), Relaxed);
    }

    /// How long a request that arrives now will wait in all because of other requests; none where that is not for want
    /// of threads.
    ///
    /// Little's law, twice. Those in flight leave one after the other at the rate at which requests have been answered, and
    /// the new one is the last of them; what it would be inside anyhow is no waiting. A handler that has all it needs at hand is never seen in flight, it ends before the
    /// next request is looked at: then the wait for a thread is the whole wait, and those who wait are as many as come in
    /// that time.
    pub(super) fn present(&self, now: Duration, in_flight: usize, rules: &OverloadRules) -> Duration {
        let queue = self.queue.present(now);
        if queue >= rules.queue / PASSES {
            self.short.store(micros(now + SHORT_FOR), Relaxed);
        } else if !self.is_short(now) {
            return Duration::ZERO;
        }
        let window = rules.window.as_micros().max(1);
        let taken_up = queue.as_micros() * u128::from(self.levels.recent()) / window;
        if taken_up.max(in_flight as u128) < self.few {
            return Duration::ZERO;
        }
        let inside = match u128::from(self.capacity.load(Relaxed)) {
            0 => 0,
            capacity => in_flight as u128 * window / capacity,
        };
        let inside = u64::try_from(inside).unwrap_or(u64::MAX).saturating_sub(self.usual.load(Relaxed));
        (queue * ALONE).max(Duration::from_micros(inside))
    }

    fn is_short(&self, now: Duration) -> bool {
        micros(now) < self.short.load(Relaxed)
    }

    /// Whether to let a request in.
    pub(super) fn admits(
        &self,
        class: Class,
        viewer: i64,
        number: u32,
        now: Duration,
        in_flight: usize,
        rules: &OverloadRules,
    ) -> bool {
        // All guests are one user; kept together they would all be refused together.
        let viewer = if viewer == 0 { u64::from(number) } else { viewer.cast_unsigned() };
        self.levels.admits(Level::of(class, viewer, number, now), self.present(now, in_flight, rules), rules.queue)
    }

    /// Ends the window if it is over.
    pub(super) fn end_window(&self, now: Duration, in_flight: usize, rules: &OverloadRules) -> Option<Window> {
        let window = self.levels.end_window(now, self.present(now, in_flight, rules), rules)?;
        let answered = self.answered.swap(0, Relaxed);
        let inside = self.inside.swap(0, Relaxed);
        if let Some(mean) = inside.checked_div(answered).filter(|_| !self.is_short(now)) {
            let usual = self.usual.load(Relaxed);
            self.usual.store(usual - usual / 8 + mean / 8, Relaxed);
        }
        let before = self.capacity.load(Relaxed);
        self.capacity.store(answered.max(before - before / 16), Relaxed);
        Some(window)
    }
}
