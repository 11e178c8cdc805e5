//! Overload control of one process: how long a request that comes now would wait, and whom to let in by it.

use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use live_pack_dal::config::{Class, OverloadRules};

use super::{
    Now,
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

/// A window with fewer answers says nothing about what one costs.
const TELLING: u64 = 8;

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
    /// Requests that a window could lately have answered, had all its threads been busy with nothing else: the most, less a
    /// sixteenth for each window since. 0: nothing is known yet.
    capacity: AtomicU64,
    /// Processor time used by the end of the last window, µs.
    spent: AtomicU64,
    threads: Threads,
    few: u128,
}

/// A request, as far as it matters here.
#[derive(Clone, Copy)]
pub(super) struct Arrival<'a> {
    pub(super) class: Class,
    /// 0: a guest.
    pub(super) viewer: i64,
    pub(super) number: u32,
    pub(super) now: Now<'a>,
}

impl Arrival<'_> {
    fn level(&self) -> Level {
        // All guests are one user; kept together they would all be refused together.
        let viewer = if self.viewer == 0 { u64::from(self.number) } else { self.viewer.cast_unsigned() };
        Level::of(self.class, viewer, self.number, self.now.at)
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
            spent: AtomicU64::new(0),
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
    /// Two waits. For a thread: what the probe has measured, [`Queue::present`]. And for those inside, by Little's law: they leave
    /// one after the other at the rate at which the threads can answer, the new one is the last of them, and what it would be
    /// inside anyhow (`usual`) is no waiting:
    ///
    /// ```text
    /// inside   = in flight * window / capacity - usual
    /// capacity = answered in a window * window * threads / processor time used in it
    /// ```
    ///
    /// The rate is what threads *could* answer, not what they did: after a quiet second they have answered next to nothing.
    /// A handler that has all it needs at hand is never seen in flight, it ends before the next request is looked at: then the
    /// wait for a thread is the whole wait, and those who wait are as many as come in that time. All of it is processor time:
    /// what other processes take, or a pause of the machine, is no queue of ours.
    pub(super) fn waits(&self, now: Now<'_>, in_flight: usize, rules: &OverloadRules) -> Waits {
        let queue = self.queue.present(now);
        if queue >= rules.queue / PASSES {
            self.be_short(now.at);
        } else if !self.is_short(now.at) {
            return Waits::default();
        }
        let window = rules.window.as_micros().max(1);
        let in_flight = in_flight as u128;
        let taken_up = queue.as_micros() * u128::from(self.levels.recent()) / window;
        let thread = if taken_up.max(in_flight) < self.few { Duration::ZERO } else { queue };
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
    pub(super) fn admits(&self, request: &Arrival<'_>, in_flight: usize, rules: &OverloadRules) -> bool {
        self.levels.admits(request.level(), self.waits(request.now, in_flight, rules), rules.queue)
    }

    /// Whether to refuse a request already; one that is not refused is still to be asked about.
    pub(super) fn turns_away(&self, request: &Arrival<'_>, in_flight: usize, rules: &OverloadRules) -> bool {
        self.levels.turns_away(request.level(), self.waits(request.now, in_flight, rules), rules.queue)
    }

    /// The share of all levels that would be let in now, in thousandths.
    pub(super) fn share(&self, now: Now<'_>, in_flight: usize, rules: &OverloadRules) -> u16 {
        self.levels.share(self.waits(now, in_flight, rules), rules.queue)
    }

    /// Ends the window if it is over. `busy` tells how long all threads together have been busy since the start.
    pub(super) fn end_window(
        &self,
        now: Now<'_>,
        in_flight: usize,
        rules: &OverloadRules,
        busy: impl FnOnce() -> Duration,
    ) -> Option<Window> {
        let window = self.levels.end_window(now.at, self.waits(now, in_flight, rules).longest(), rules)?;
        if self.threads.were_short(now.at, busy()) {
            self.be_short(now.at);
        }
        let answered = self.answered.swap(0, Relaxed);
        let inside = self.inside.swap(0, Relaxed);
        if let Some(mean) = inside.checked_div(answered).filter(|_| !self.is_short(now.at)) {
            let usual = self.usual.load(Relaxed);
            self.usual.store(usual - usual / 8 + mean / 8, Relaxed);
        }
        let processor = micros((now.processor)());
        let spent = processor.saturating_sub(self.spent.swap(processor, Relaxed));
        if answered >= TELLING {
            let could =
                u128::from(answered) * rules.window.as_micros() * self.threads.number / u128::from(spent.max(1));
            let before = self.capacity.load(Relaxed);
            self.capacity.store(u64::try_from(could).unwrap_or(u64::MAX).max(before - before / 16), Relaxed);
        }
        Some(window)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: OverloadRules =
        OverloadRules { enabled: true, queue: Duration::from_millis(50), window: Duration::from_millis(100) };
    const WINDOW: Duration = RULES.window;

    /// Hundredths of a window.
    #[derive(Clone, Copy)]
    struct Hundredths {
        /// The thread is busy.
        busy: u32,
        /// It has the processor.
        processor: u32,
    }

    const ALL: Hundredths = Hundredths { busy: 100, processor: 100 };

    /// So many requests a window, each inside for no time.
    fn windows(overload: &Overload, numbers: std::ops::RangeInclusive<u32>, requests: u32, of: Hundredths) {
        for number in numbers {
            (0..requests).for_each(|_| overload.answered(Duration::ZERO));
            let processor = || WINDOW * number * of.processor / 100;
            let now = Now { at: WINDOW * number, processor: &processor };
            overload.end_window(now, 0, &RULES, || WINDOW * number * of.busy / 100);
        }
    }

    /// At the end of that window, where the processor has been used for nothing since.
    fn inside(overload: &Overload, number: u32, in_flight: usize) -> Duration {
        overload.waits(Now { at: WINDOW * number, processor: &|| Duration::ZERO }, in_flight, &RULES).inside
    }

    #[test]
    fn who_waits_is_told_by_those_inside_and_by_how_fast_they_leave() {
        let overload = Overload::new(1);
        windows(&overload, 1..=10, 50, ALL);
        assert_eq!([7, 10, 25, 100].map(|in_flight| inside(&overload, 10, in_flight).as_millis()), [0, 20, 50, 200]);
    }

    #[test]
    fn how_fast_they_leave_is_what_threads_could_answer_whatever_they_did() {
        for (name, requests, of) in [
            ("every thread busy", 50, ALL),
            ("few requests", 10, Hundredths { busy: 20, processor: 20 }),
            ("a neighbour has half of the processor", 25, Hundredths { busy: 100, processor: 50 }),
        ] {
            let overload = Overload::new(1);
            windows(&overload, 1..=10, requests, of);
            // Without waits for threads it is not asked.
            overload.be_short(WINDOW * 10);
            assert_eq!(inside(&overload, 10, 25).as_millis(), 50, "{name}");
        }
    }

    #[test]
    fn a_window_that_answers_next_to_nothing_tells_nothing() {
        let overload = Overload::new(1);
        windows(&overload, 1..=10, 50, ALL);
        windows(&overload, 11..=60, 7, ALL);
        assert_eq!(inside(&overload, 60, 25).as_millis(), 50);
    }

    #[test]
    fn busy_threads_are_short_though_nobody_waits_for_one_and_idle_ones_are_not() {
        for (busy, waits) in [(100, true), (95, true), (80, false), (0, false)] {
            let overload = Overload::new(1);
            windows(&overload, 1..=10, 50, Hundredths { busy, ..ALL });
            assert_eq!(!inside(&overload, 10, 100).is_zero(), waits, "{busy}");
        }
    }

    #[test]
    fn threads_that_were_short_are_taken_to_be_so_for_a_second() {
        let overload = Overload::new(1);
        windows(&overload, 1..=10, 50, ALL);
        assert!(!inside(&overload, 19, 100).is_zero());
        assert!(inside(&overload, 20, 100).is_zero());
    }
}
