//! Whom to let in under overload: a pure state machine over queueing time, arrivals and a clock that others read.
//!
//! The model is WeChat's DAGOR (Zhou et al., SoCC 2018): overload is queueing time above a threshold, and what is let in
//! is everything up to a level of class and viewer that moves a window at a time. Three things are different, found in the
//! simulation beside this file and by `make hostile`. A window takes 5 % off what was *let in*, not off the level, so one
//! window finds the capacity whatever the load; between windows the present queueing time acts at once, on the least
//! important first; and once load is shed, those who were let in are kept few, which is what decides wherever requests wait for
//! downstreams.

use std::{
    ops::Range,
    sync::{
        Mutex,
        atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use live_pack_dal::config::{Class, OverloadRules};

use super::micros;

/// Levels of one class.
const CLASS: usize = 1 << 14;
/// All levels: the cut at which everybody is let in.
const ALL: usize = CLASS * Class::ALL.len();
/// Levels that are counted together.
const BUCKET: usize = CLASS / 64;
const BUCKETS: usize = ALL / BUCKET;

/// In how many seconds every viewer has had every place in its class, once.
const TURN: u64 = 600;

/// Taken off what was let in, where requests waited too long; in thousandths.
const LESS: u64 = 50;
/// Load is being shed where a window has let in less than this, in thousandths. Whoever is refused now and then by chance
/// must not make the next window stricter.
const SHEDDING: u32 = 900;
/// Added to what was let in after the first window without waiting, and twice as much after each one more.
const MORE: u64 = 20;
/// More doublings than this are not needed to let everybody in.
const DOUBLINGS: u32 = 16;
const WHOLE: u64 = 1_000;

/// Where a request stands in the order in which requests are refused; 0 is the last to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Level(usize);

impl Level {
    /// The level of the request of `class` with this number, for a viewer, at a time since the start.
    ///
    /// Viewers of a class are in an order of their own that turns slowly: who is let in now is let in for a while, and
    /// who is not has its turn within ten minutes. At no instant do many change places. Requests of viewers who are at the
    /// same place are told apart by their number, or a caller that names one viewer for all would have all or nothing.
    pub(super) fn of(class: Class, viewer: u64, number: u32, now: Duration) -> Self {
        let place = (spread(viewer) >> 50) as usize;
        let into_turn = now.as_secs() % TURN * 1_000 + u64::from(now.subsec_millis());
        let turned = usize::try_from(into_turn * CLASS as u64 / (TURN * 1_000)).unwrap_or_default();
        let bucket = (place + CLASS - turned) % CLASS / BUCKET;
        let within = (spread(number.into()) >> 56) as usize;
        Self(class.index() * CLASS + bucket * BUCKET + within)
    }
}

/// Fibonacci hashing: the upper bits of a product with 2^64 / φ spread consecutive numbers evenly.
const fn spread(number: u64) -> u64 {
    number.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// The levels that are let in, and what arrived on each in the window that runs. Shared by all threads, without locks
/// but for the end of a window, which one thread works out while the others go on.
#[derive(Debug)]
pub(super) struct Levels {
    arrived: [AtomicU64; BUCKETS],
    admitted: AtomicU64,
    /// Those of the last window.
    admitted_before: AtomicU64,
    /// The sum over all arrivals of the queueing time, in µs.
    waited: AtomicU64,
    /// Levels below it are let in.
    cut: AtomicUsize,
    /// Those that the last window let in, in thousandths of those that arrived in it.
    let_in: AtomicU32,
    /// When the window ends, in µs since the start.
    ends: AtomicU64,
    memory: Mutex<Memory>,
}

/// What one window's end leaves to the next.
#[derive(Debug, Default)]
struct Memory {
    /// Windows without waiting since the last one with.
    good: u32,
    /// The queueing time of the last window, in µs.
    before: u64,
}

/// How long a request that arrives now will wait because of others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Waits {
    /// For a thread: measured, and as old as it is long.
    pub(super) thread: Duration,
    /// For those that were let in before it: how many they are, by how fast they leave.
    pub(super) inside: Duration,
}

impl Waits {
    pub(super) fn longest(self) -> Duration {
        self.thread.max(self.inside)
    }
}

/// What a window was like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    /// Requests that arrived.
    pub(super) arrived: u64,
    /// Those of them that were refused.
    pub(super) refused: u64,
    /// Whether every level is let in from now on.
    pub(super) open: bool,
}

impl Default for Levels {
    fn default() -> Self {
        Self {
            arrived: std::array::from_fn(|_| AtomicU64::new(0)),
            admitted: AtomicU64::new(0),
            admitted_before: AtomicU64::new(0),
            waited: AtomicU64::new(0),
            cut: AtomicUsize::new(ALL),
            let_in: AtomicU32::new(1_000),
            ends: AtomicU64::new(0),
            memory: Mutex::default(),
        }
    }
}

impl Levels {
    /// Counts a request and says whether to let it in, given how long it would wait and how long it should.
    pub(super) fn admits(&self, level: Level, waits: Waits, target: Duration) -> bool {
        if self.turns_away(level, waits, target) {
            return false;
        }
        self.count(level, waits);
        self.admitted.fetch_add(1, Relaxed);
        true
    }

    /// Counts a request only if it is not to be let in, and says whether that is so.
    pub(super) fn turns_away(&self, level: Level, waits: Waits, target: Duration) -> bool {
        let away = level.0 >= self.present(waits, target);
        if away {
            self.count(level, waits);
        }
        away
    }

    fn count(&self, level: Level, waits: Waits) {
        if let Some(arrived) = self.arrived.get(level.0 / BUCKET) {
            arrived.fetch_add(1, Relaxed);
        }
        self.waited.fetch_add(micros(waits.longest()), Relaxed);
    }

    /// Ends the window if it is over, and says what it was like. `queue` is used where nothing arrived.
    pub(super) fn end_window(&self, now: Duration, queue: Duration, rules: &OverloadRules) -> Option<Window> {
        let (now, window) = (micros(now), micros(rules.window).max(1));
        if now < self.ends.load(Relaxed) {
            return None;
        }
        // Who finds it locked comes while another ends the same window.
        let mut memory = self.memory.try_lock().ok()?;
        let ended = self.ends.load(Relaxed);
        let late = now.checked_sub(ended)?;
        self.ends.store(now + window, Relaxed);
        let counts = Counts(std::array::from_fn(|at| self.arrived.get(at).map_or(0, |count| count.swap(0, Relaxed))));
        let (arrived, admitted) = (counts.sum(), self.admitted.swap(0, Relaxed));
        self.admitted_before.store(admitted, Relaxed);
        let let_in = (admitted * WHOLE).checked_div(arrived).unwrap_or(WHOLE);
        self.let_in.store(u32::try_from(let_in).unwrap_or(1_000), Relaxed);
        let waited = self.waited.swap(0, Relaxed).checked_div(arrived).unwrap_or(micros(queue));
        let refused = arrived.saturating_sub(admitted);

        let cut = self.cut.load(Relaxed);
        let shorter = waited < memory.before - memory.before / 20;
        memory.before = waited;
        let next = if waited > micros(rules.queue) {
            memory.good = 0;
            // A queue that is getting shorter needs time, not fewer requests.
            if shorter { cut } else { counts.cut_at(admitted * (WHOLE - LESS)).clamp(BUCKET, cut.max(BUCKET)) }
        } else {
            let windows = u32::try_from(late / window).unwrap_or(u32::MAX).saturating_add(1);
            memory.good = memory.good.saturating_add(windows).min(DOUBLINGS);
            let more = WHOLE + (MORE << (memory.good - 1));
            // A share of the arrivals: who lets in nobody would learn nothing.
            let raised = if arrived == 0 {
                raised(cut, more)
            } else {
                counts.cut_at((admitted * WHOLE).max(arrived * WHOLE / 64) * more / WHOLE)
            };
            raised.clamp(cut, ALL)
        };
        self.cut.store(next, Relaxed);
        Some(Window { arrived, refused, open: next == ALL })
    }

    /// Requests that were let in in the window that runs or in the last, whichever were more.
    pub(super) fn recent(&self) -> u64 {
        self.admitted.load(Relaxed).max(self.admitted_before.load(Relaxed))
    }

    /// Requests that the last window let in, in thousandths of those that arrived in it.
    pub(super) fn let_in(&self) -> u32 {
        self.let_in.load(Relaxed)
    }

    /// Levels below it are let in where the waits are these.
    fn present(&self, waits: Waits, target: Duration) -> usize {
        at_once(self.cut.load(Relaxed), waits.thread, target).min(with_room(waits.inside, target, self.let_in()))
    }

    /// The share of the levels that are let in where the waits are these, in thousandths.
    pub(super) fn share(&self, waits: Waits, target: Duration) -> u16 {
        u16::try_from(self.present(waits, target) * 1_000 / ALL).unwrap_or(1_000)
    }

    /// Lets in what is critical and nothing else, for ever.
    #[cfg(test)]
    pub(super) fn hold_critical(&self) {
        self.ends.store(u64::MAX, Relaxed);
        self.cut.store(CLASS, Relaxed);
    }

    /// Whether every level is let in.
    pub(super) fn is_open(&self) -> bool {
        self.cut.load(Relaxed) == ALL
    }
}

/// What of `cut` is let in whatever the windows have found: all of it up to the target, only what is critical at twice
/// the target, and between them a part that shrinks evenly. A burst is felt here first, and a window is long against a burst.
fn at_once(cut: usize, wait: Duration, target: Duration) -> usize {
    CLASS.min(cut) + part(cut.saturating_sub(CLASS), wait, target..target * 2)
}

/// What those inside leave room for: all levels, and less of them the longer the wait, in fractions of the target; `let_in`
/// are thousandths.
///
/// Nobody is refused for a wait below the target while nearly all are let in. Once load is being shed, this can be strict,
/// because how many are inside is known exactly and at once: the wait stays just below the upper end. That is well below the
/// target, because who waits inside holds memory and connections: with sixteen inside a tenth fewer answers came than with
/// eight. The fewer are refused the higher it is: those inside are what threads have to do until the next request comes, and
/// where most are refused there is always one at the door. What is critical is left to the windows: where load comes at
/// once, too many are inside before anybody could know, and they are not its fault.
fn with_room(wait: Duration, target: Duration, let_in: u32) -> usize {
    let room = if let_in < SHEDDING {
        let most = target * (150 + 450 * let_in / 1_000) / 1_000;
        most / 2..most
    } else {
        target..target * 3 / 2
    };
    CLASS + part(ALL - CLASS, wait, room)
}

/// All of `levels` where the wait is not in the range yet, none behind it, and a part that shrinks evenly in it.
fn part(levels: usize, wait: Duration, range: Range<Duration>) -> usize {
    let (start, end) = (micros(range.start), micros(range.end));
    let whole = end.saturating_sub(start).max(1);
    let left = end.saturating_sub(micros(wait)).min(whole);
    usize::try_from(levels as u64 * left / whole).unwrap_or(levels)
}

/// A cut that is `more` thousandths of `cut`, where nothing arrived by which to measure.
fn raised(cut: usize, more: u64) -> usize {
    usize::try_from((cut.max(ALL / 64) as u64).saturating_mul(more) / WHOLE).unwrap_or(ALL)
}

/// What arrived in a window.
struct Counts([u64; BUCKETS]);

impl Counts {
    fn sum(&self) -> u64 {
        self.0.iter().sum()
    }

    /// The cut below which so many thousandths of a request arrived; within a bucket they are taken to lie evenly.
    fn cut_at(&self, thousandths: u64) -> usize {
        let mut left = thousandths;
        for (bucket, count) in self.0.iter().enumerate() {
            let here = count * WHOLE;
            if here > left {
                let part = usize::try_from(left * BUCKET as u64 / here).unwrap_or(BUCKET);
                return bucket * BUCKET + part;
            }
            left -= here;
        }
        ALL
    }
}

#[cfg(test)]
mod tests;
