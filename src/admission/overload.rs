//! Overload control of one process: how long a request that comes now would wait, and whom to let in by it.

use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use live_pack_dal::config::{Class, OverloadRules};

use super::{
    level::{Level, Levels, Waits, Window},
    micros,
    queue::Queue,
};

/// With fewer than so many requests a worker inside there is no queue of ours: who is late in such company waits for a
/// machine that is busy with others, and refusing it would help nobody. A process that gets a part of its processor only
/// would else refuse everybody, and wait as long as before. Where nearly all are refused, half as many inside are enough to tell.
const FEW: u128 = 8;

/// A request waits for a thread about so often, once for each answer of a downstream. Where one such wait is shorter than
/// this part of what all may be, threads are not what requests wait for.
const PASSES: u32 = 10;

/// Threads that were short are taken to be so for this long: between two bursts there is no queue, and nobody should take
/// that for room.
const SHORT_FOR: Duration = Duration::from_secs(1);

/// Threads that were busy for more than these hundredths of a window are short, too. Where load is shed well there is next to no
/// queue, and only this tells that there would be.
const BUSY: u128 = 90;

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
    threads: Threads,
    few: u128,
}

/// A request, as far as it matters here.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arrival {
    pub(super) class: Class,
    /// 0: a guest.
    pub(super) viewer: i64,
    pub(super) number: u32,
    /// Now.
    pub(super) at: Duration,
}

impl Arrival {
    fn level(&self) -> Level {
        // All guests are one user; kept together they would all be refused together.
        let viewer = if self.viewer == 0 { u64::from(self.number) } else { self.viewer.cast_unsigned() };
        Level::of(self.class, viewer, self.number, self.at)
    }
}

/// The worker threads of the runtime.
#[derive(Debug)]
struct Threads {
    number: u128,
    /// The end of the last window, in µs since the start, and how long they all had been busy by then, in µs.
    looked: AtomicU64,
    busy: AtomicU64,
}

impl Threads {
    /// Whether hardly any was idle since this was last asked.
    fn were_short(&self, now: Duration, busy: Duration) -> bool {
        let (now, busy) = (micros(now), micros(busy));
        let past = now.saturating_sub(self.looked.swap(now, Relaxed));
        let busy = busy.saturating_sub(self.busy.swap(busy, Relaxed));
        u128::from(busy) * 100 > u128::from(past) * self.number * BUSY
    }
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
            threads: Threads { number: workers as u128, looked: AtomicU64::new(0), busy: AtomicU64::new(0) },
            few: FEW * workers as u128,
        }
    }

    /// A request that was let in has been answered, after so long.
    pub(super) fn answered(&self, took: Duration) {
        self.answered.fetch_add(1, Relaxed);
        self.inside.fetch_add(micros(took), Relaxed);
    }

    /// How long a request that arrives now will wait because of other requests; not at all where that is not for want of
    /// threads.
    ///
    /// Little's law, twice. Those in flight leave one after the other at the rate at which requests have been answered, and
    /// the new one is the last of them; what it would be inside anyhow is no waiting. A handler that has all it needs at hand
    /// is never seen in flight, it ends before the next request is looked at: then the wait for a thread is the whole wait,
    /// and those who wait are as many as come in that time.
    pub(super) fn waits(&self, now: Duration, in_flight: usize, rules: &OverloadRules) -> Waits {
        let queue = self.queue.present(now);
        if queue >= rules.queue / PASSES {
            self.be_short(now);
        } else if !self.is_short(now) {
            return Waits::default();
        }
        let window = rules.window.as_micros().max(1);
        let in_flight = in_flight as u128;
        let taken_up = queue.as_micros() * u128::from(self.levels.recent()) / window;
        let thread = if taken_up.max(in_flight) < self.few { Duration::ZERO } else { queue * ALONE };
        // Where most are refused there is little doubt that load is what they wait for.
        let few = self.few * u128::from(1_000 + self.levels.let_in()) / 2_000;
        let inside = match u128::from(self.capacity.load(Relaxed)) {
            capacity if capacity > 0 && in_flight >= few => in_flight * window / capacity,
            _ => 0,
        };
        let inside = u64::try_from(inside).unwrap_or(u64::MAX).saturating_sub(self.usual.load(Relaxed));
        Waits { thread, inside: Duration::from_micros(inside) }
    }

    fn be_short(&self, now: Duration) {
        self.short.store(micros(now + SHORT_FOR), Relaxed);
    }

    fn is_short(&self, now: Duration) -> bool {
        micros(now) < self.short.load(Relaxed)
    }

    /// Whether to let a request in.
    pub(super) fn admits(&self, request: &Arrival, in_flight: usize, rules: &OverloadRules) -> bool {
        self.levels.admits(request.level(), self.waits(request.at, in_flight, rules), rules.queue)
    }

    /// Whether to refuse a request already; one that is not refused is still to be asked about.
    pub(super) fn turns_away(&self, request: &Arrival, in_flight: usize, rules: &OverloadRules) -> bool {
        self.levels.turns_away(request.level(), self.waits(request.at, in_flight, rules), rules.queue)
    }

    /// The share of all levels that would be let in now, in thousandths.
    pub(super) fn share(&self, now: Duration, in_flight: usize, rules: &OverloadRules) -> u16 {
        self.levels.share(self.waits(now, in_flight, rules), rules.queue)
    }

    /// Ends the window if it is over. `busy` tells how long all threads together have been busy since the start.
    pub(super) fn end_window(
        &self,
        now: Duration,
        in_flight: usize,
        rules: &OverloadRules,
        busy: impl FnOnce() -> Duration,
    ) -> Option<Window> {
        let window = self.levels.end_window(now, self.waits(now, in_flight, rules).longest(), rules)?;
        if self.threads.were_short(now, busy()) {
            self.be_short(now);
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: OverloadRules =
        OverloadRules { enabled: true, queue: Duration::from_millis(50), window: Duration::from_millis(100) };
    const WINDOW: Duration = RULES.window;

    /// Fifty requests a window, each inside for no time, by a thread that is busy for so many hundredths of it.
    fn windows(overload: &Overload, numbers: std::ops::RangeInclusive<u32>, busy: u32) {
        for number in numbers {
            (0..50).for_each(|_| overload.answered(Duration::ZERO));
            overload.end_window(WINDOW * number, 0, &RULES, || WINDOW * number * busy / 100);
        }
    }

    #[test]
    fn who_waits_is_told_by_those_inside_and_by_how_fast_they_leave() {
        let overload = Overload::new(1);
        windows(&overload, 1..=10, 100);
        let inside = |in_flight| overload.waits(WINDOW * 10, in_flight, &RULES).inside.as_millis();
        assert_eq!([7, 10, 25, 100].map(inside), [0, 20, 50, 200]);
    }

    #[test]
    fn busy_threads_are_short_though_nobody_waits_for_one_and_idle_ones_are_not() {
        for (busy, waits) in [(100, true), (95, true), (80, false), (0, false)] {
            let overload = Overload::new(1);
            windows(&overload, 1..=10, busy);
            assert_eq!(!overload.waits(WINDOW * 10, 100, &RULES).inside.is_zero(), waits, "{busy}");
        }
    }

    #[test]
    fn threads_that_were_short_are_taken_to_be_so_for_a_second() {
        let overload = Overload::new(1);
        windows(&overload, 1..=10, 100);
        assert!(!overload.waits(WINDOW * 19, 100, &RULES).inside.is_zero());
        assert!(overload.waits(WINDOW * 20, 100, &RULES).inside.is_zero());
    }
}
