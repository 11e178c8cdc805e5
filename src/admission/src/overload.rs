//! Overload control of one process: estimates the wait of a request that arrives now, and decides by it.

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

/// With fewer requests per worker in flight there is no queue in this process: a delay then comes from other processes
/// on the machine, and refusing requests would not help. A process with only a part of a processor would otherwise
/// refuse everything, and wait as long as before. While nearly all are refused, half as many in flight are enough.
const FEW: u128 = 8;

/// A request waits for a thread about this often, once for each answer of a downstream service. If one such wait is
/// shorter than this part of the target, threads are not the bottleneck.
const PASSES: u32 = 10;

/// Threads count as short for this long afterwards: an empty queue between two bursts must not be taken for free
/// capacity.
const SHORT_FOR: Duration = Duration::from_secs(1);

/// Threads also count as short if they were busy for more than this percentage of a window. While shedding works, there
/// is hardly any queue, and only this shows the overload.
const BUSY: u128 = 90;

/// Minimum number of answers in a window for estimating the cost of one.
const TELLING: u64 = 8;

/// The measurements, and the decisions derived from them. Times are since the start of the process.
#[derive(Debug)]
pub(super) struct Overload {
    pub(super) queue: Queue,
    pub(super) levels: Levels,
    /// Requests answered in the current window, and their total time in flight in µs.
    answered: AtomicU64,
    inside: AtomicU64,
    /// Time of a request in flight while threads are not short, in µs: the time of its downstream services.
    usual: AtomicU64,
    /// Time until which threads count as short, in µs since the start.
    short: AtomicU64,
    /// Requests that a recent window could have answered with all its threads busy: the maximum, less a sixteenth for
    /// each window since. 0: unknown.
    capacity: AtomicU64,
    /// Processor time used by the end of the last window, µs.
    spent: AtomicU64,
    threads: Threads,
    few: u128,
}

/// The properties of a request that overload control needs.
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
        // All guests are one user; under one level they would all be refused together.
        let viewer = if self.viewer == 0 { u64::from(self.number) } else { self.viewer.cast_unsigned() };
        Level::of(self.class, viewer, self.number, self.now.at)
    }
}

/// The worker threads of the runtime.
#[derive(Debug)]
struct Threads {
    number: u128,
    /// End of the last window in µs since the start, and total busy time of the threads until then in µs.
    looked: AtomicU64,
    busy: AtomicU64,
}

impl Threads {
    /// Whether hardly any thread was idle since the last call.
    fn were_short(&self, now: Duration, busy: Duration) -> bool {
        let (now, busy) = (micros(now), micros(busy));
        let past = now.saturating_sub(self.looked.swap(now, Relaxed));
        let busy = busy.saturating_sub(self.busy.swap(busy, Relaxed));
        u128::from(busy) * 100 > u128::from(past) * self.number * BUSY
    }
}

impl Overload {
    /// Overload control for a process with this many worker threads.
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

    /// Records that an admitted request has been answered, after this time.
    pub(super) fn answered(&self, took: Duration) {
        self.answered.fetch_add(1, Relaxed);
        self.inside.fetch_add(micros(took), Relaxed);
    }

    /// The expected waits of a request that arrives now; zero if threads are not short.
    ///
    /// There are two waits. For a thread: the measurement of the probe, [`Queue::present`]. For the requests in flight,
    /// by Little's law: they complete one after the other at the rate at which the threads can answer, and the new one
    /// is the last. The time that it would be in flight anyway (`usual`) does not count as waiting:
    ///
    /// ```text
    /// inside   = in flight * window / capacity - usual
    /// capacity = answered in a window * window * threads / processor time used in it
    /// ```
    ///
    /// The rate is the number of requests that threads *could* answer, not the number they did: after a quiet second
    /// they have answered next to nothing. A handler that never waits is never seen in flight, because it ends before
    /// the next request is decided: then the wait for a thread is the whole wait, and the requests waiting are those
    /// that arrive in that time. All times are processor time: time taken by other processes, or a pause of the
    /// machine, is not a queue of this process.
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
        // With many refusals there is little doubt that load is the cause of the wait.
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

    /// Whether to admit a request.
    pub(super) fn admits(&self, request: &Arrival<'_>, in_flight: usize, rules: &OverloadRules) -> bool {
        self.levels.admits(request.level(), self.waits(request.now, in_flight, rules), rules.queue)
    }

    /// Whether to refuse a request early; one that is not refused must still be decided by `admits`.
    pub(super) fn turns_away(&self, request: &Arrival<'_>, in_flight: usize, rules: &OverloadRules) -> bool {
        self.levels.turns_away(request.level(), self.waits(request.now, in_flight, rules), rules.queue)
    }

    /// The share of all levels that would be admitted now, in thousandths.
    pub(super) fn share(&self, now: Now<'_>, in_flight: usize, rules: &OverloadRules) -> u16 {
        self.levels.share(self.waits(now, in_flight, rules), rules.queue)
    }

    /// Ends the window if it is over. `busy` returns the total busy time of all threads since the start.
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

    /// This many requests per window, each in flight for no time.
    fn windows(overload: &Overload, numbers: std::ops::RangeInclusive<u32>, requests: u32, of: Hundredths) {
        for number in numbers {
            (0..requests).for_each(|_| overload.answered(Duration::ZERO));
            let processor = || WINDOW * number * of.processor / 100;
            let now = Now { at: WINDOW * number, processor: &processor };
            overload.end_window(now, 0, &RULES, || WINDOW * number * of.busy / 100);
        }
    }

    /// The wait for requests in flight at the end of that window, without processor time used since.
    fn inside(overload: &Overload, number: u32, in_flight: usize) -> Duration {
        overload.waits(Now { at: WINDOW * number, processor: &|| Duration::ZERO }, in_flight, &RULES).inside
    }

    #[test]
    fn the_wait_is_requests_in_flight_by_completion_rate() {
        let overload = Overload::new(1);
        windows(&overload, 1..=10, 50, ALL);
        assert_eq!([7, 10, 25, 100].map(|in_flight| inside(&overload, 10, in_flight).as_millis()), [0, 20, 50, 200]);
    }

    #[test]
    fn the_completion_rate_is_what_threads_could_answer_not_what_they_did() {
        for (name, requests, of) in [
            ("every thread busy", 50, ALL),
            ("few requests", 10, Hundredths { busy: 20, processor: 20 }),
            ("a neighbour has half of the processor", 25, Hundredths { busy: 100, processor: 50 }),
        ] {
            let overload = Overload::new(1);
            windows(&overload, 1..=10, requests, of);
            // Without waits for threads, the requests in flight do not matter.
            overload.be_short(WINDOW * 10);
            assert_eq!(inside(&overload, 10, 25).as_millis(), 50, "{name}");
        }
    }

    #[test]
    fn a_window_with_few_answers_is_ignored() {
        let overload = Overload::new(1);
        windows(&overload, 1..=10, 50, ALL);
        windows(&overload, 11..=60, 7, ALL);
        assert_eq!(inside(&overload, 60, 25).as_millis(), 50);
    }

    #[test]
    fn busy_threads_are_short_even_without_a_queue_and_idle_ones_are_not() {
        for (busy, waits) in [(100, true), (95, true), (80, false), (0, false)] {
            let overload = Overload::new(1);
            windows(&overload, 1..=10, 50, Hundredths { busy, ..ALL });
            assert_eq!(!inside(&overload, 10, 100).is_zero(), waits, "{busy}");
        }
    }

    #[test]
    fn threads_count_as_short_for_a_second_afterwards() {
        let overload = Overload::new(1);
        windows(&overload, 1..=10, 50, ALL);
        assert!(!inside(&overload, 19, 100).is_zero());
        assert!(inside(&overload, 20, 100).is_zero());
    }
}
