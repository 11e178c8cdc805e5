//! Load shedding by level: a pure state machine over queueing delay, arrivals and a clock.
//!
//! The model is WeChat's DAGOR (Zhou et al., SoCC 2018): overload is a queueing delay above a threshold, and requests
//! are admitted up to a level of class and viewer that moves once per window. Four things are different; the
//! simulation beside this file and `make hostile` found them. A window takes 5 % off the *admitted requests*, not off
//! the level, so one window finds the capacity whatever the load. Between windows the current queueing delay acts at
//! once, on the least important requests first. While load is shed, the number of admitted requests in flight is
//! kept small, which is decisive if requests wait for downstream services. And the level follows what that number
//! leaves, or the order of arrival would count for more than the class.

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
/// All levels: the cut at which all requests are admitted.
const ALL: usize = CLASS * Class::ALL.len();
/// Levels per bucket of counts.
const BUCKET: usize = CLASS / 64;
const BUCKETS: usize = ALL / BUCKET;

/// Seconds in which every viewer has had every position in its class once.
const TURN: u64 = 600;

/// Reduction of the admitted requests after a window with waiting; in thousandths.
const LESS: u64 = 50;
/// Requests that the levels admit beyond those that were admitted while the queue refuses some, in thousandths: when a
/// request ends, another must be there.
const SLACK: u64 = 250;
/// Load is being shed if a window has admitted less than this, in thousandths. A chance refusal must not make the next
/// window stricter.
const SHEDDING: u32 = 900;
/// Increase of the admitted requests after the first window without waiting, in thousandths; doubled for each further
/// one.
const MORE: u64 = 20;
/// Maximum number of doublings: more are not needed to admit all requests.
const DOUBLINGS: u32 = 16;
const WHOLE: u64 = 1_000;

/// Position of a request in the order of refusal; 0 is refused last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Level(usize);

impl Level {
    /// The level of a request of `class` with this number, for a viewer, at a time since the start.
    ///
    /// The viewers of a class are in an order that rotates slowly: an admitted viewer stays admitted for a while, and a
    /// refused viewer is admitted within ten minutes. At no instant do many change places. Requests of viewers at the
    /// same position are distinguished by their number, or a caller that names one viewer for all would have all or
    /// none admitted.
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

/// The admitted levels, and the arrivals per level in the current window. Shared by all threads without locks, except
/// for the end of a window, which one thread computes while the others continue.
#[derive(Debug)]
pub(super) struct Levels {
    arrived: [AtomicU64; BUCKETS],
    admitted: AtomicU64,
    /// Admitted in the last window.
    admitted_before: AtomicU64,
    /// Sum of the queueing delays of all arrivals, in µs.
    waited: AtomicU64,
    /// Levels below it are admitted.
    cut: AtomicUsize,
    /// Requests below `cut` that were refused in the current window, because the queue is too long at present.
    pressed: AtomicU64,
    /// Admitted ÷ arrived in the last window, in thousandths.
    let_in: AtomicU32,
    /// End of the window, in µs since the start.
    ends: AtomicU64,
    memory: Mutex<Memory>,
}

/// State carried from one window to the next.
#[derive(Debug, Default)]
struct Memory {
    /// Number of windows without waiting since the last one with.
    good: u32,
    /// The queueing delay of the last window, in µs.
    before: u64,
}

/// The expected queueing delays of a request that arrives now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Waits {
    /// Measured wait for a thread. The measurement is as old as the wait is long.
    pub(super) thread: Duration,
    /// Wait for the requests in flight = requests in flight ÷ completion rate.
    pub(super) inside: Duration,
}

impl Waits {
    pub(super) fn longest(self) -> Duration {
        self.thread.max(self.inside)
    }
}

/// The figures of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    /// Requests that arrived.
    pub(super) arrived: u64,
    /// Requests that were refused.
    pub(super) refused: u64,
    /// Whether every level is admitted from now on.
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
            pressed: AtomicU64::new(0),
            let_in: AtomicU32::new(1_000),
            ends: AtomicU64::new(0),
            memory: Mutex::default(),
        }
    }
}

impl Levels {
    /// Counts a request and returns whether to admit it, by its expected waits and the target.
    pub(super) fn admits(&self, level: Level, waits: Waits, target: Duration) -> bool {
        if self.turns_away(level, waits, target) {
            return false;
        }
        self.count(level, waits);
        self.admitted.fetch_add(1, Relaxed);
        true
    }

    /// Counts a request only if it is to be refused, and returns whether that is so.
    pub(super) fn turns_away(&self, level: Level, waits: Waits, target: Duration) -> bool {
        let away = level.0 >= self.present(waits, target);
        if away {
            self.count(level, waits);
            if level.0 < self.cut.load(Relaxed) {
                self.pressed.fetch_add(1, Relaxed);
            }
        }
        away
    }

    fn count(&self, level: Level, waits: Waits) {
        if let Some(arrived) = self.arrived.get(level.0 / BUCKET) {
            arrived.fetch_add(1, Relaxed);
        }
        self.waited.fetch_add(micros(waits.longest()), Relaxed);
    }

    /// Ends the window if it is over, and returns its figures. `queue` is used if nothing arrived.
    pub(super) fn end_window(&self, now: Duration, queue: Duration, rules: &OverloadRules) -> Option<Window> {
        let (now, window) = (micros(now), micros(rules.window).max(1));
        if now < self.ends.load(Relaxed) {
            return None;
        }
        // A locked mutex means that another thread ends the same window.
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
        let pressed = self.pressed.swap(0, Relaxed);

        let cut = self.cut.load(Relaxed);
        let shorter = waited < memory.before - memory.before / 20;
        memory.before = waited;
        let next = if waited > micros(rules.queue) {
            memory.good = 0;
            // A queue that is getting shorter needs time, not fewer requests.
            if shorter { cut } else { counts.cut_at(admitted * (WHOLE - LESS)).clamp(BUCKET, cut.max(BUCKET)) }
        } else if pressed * WHOLE > admitted * LESS {
            // The queue alone would admit whatever arrives first, important or not.
            memory.good = 0;
            counts.cut_at((admitted * (WHOLE + SLACK)).max(arrived * WHOLE / 64)).max(BUCKET)
        } else {
            let windows = u32::try_from(late / window).unwrap_or(u32::MAX).saturating_add(1);
            memory.good = memory.good.saturating_add(windows).min(DOUBLINGS);
            let more = WHOLE + (MORE << (memory.good - 1));
            // A share of the arrivals: with no admissions there would be nothing to measure.
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

    /// Requests admitted in the current window or in the last, whichever is more.
    pub(super) fn recent(&self) -> u64 {
        self.admitted.load(Relaxed).max(self.admitted_before.load(Relaxed))
    }

    /// Admitted ÷ arrived in the last window, in thousandths.
    pub(super) fn let_in(&self) -> u32 {
        self.let_in.load(Relaxed)
    }

    /// Levels below it are admitted with these waits.
    fn present(&self, waits: Waits, target: Duration) -> usize {
        at_once(self.cut.load(Relaxed), waits.thread, target).min(with_room(waits.inside, target, self.let_in()))
    }

    /// The share of the levels that are admitted with these waits, in thousandths.
    pub(super) fn share(&self, waits: Waits, target: Duration) -> u16 {
        u16::try_from(self.present(waits, target) * 1_000 / ALL).unwrap_or(1_000)
    }

    /// Admits critical requests and no others, permanently.
    pub(super) fn hold_critical(&self) {
        self.ends.store(u64::MAX, Relaxed);
        self.cut.store(CLASS, Relaxed);
    }

    /// Whether every level is admitted.
    pub(super) fn is_open(&self) -> bool {
        self.cut.load(Relaxed) == ALL
    }
}

/// The part of `cut` that is admitted independently of the windows: all of it up to the target, only critical requests
/// at twice the target, and a linearly shrinking part in between. It reacts to a burst before a window does.
fn at_once(cut: usize, wait: Duration, target: Duration) -> usize {
    CLASS.min(cut) + part(cut.saturating_sub(CLASS), wait, target..target * 2)
}

/// The levels for which the requests in flight leave capacity: all levels, and fewer the longer the wait, in fractions
/// of the target; `let_in` is in thousandths.
///
/// While nearly all requests are admitted, none is refused for a wait below the target. Once load is being shed, this
/// can be strict, because the number of requests in flight is known exactly and at once: the wait stays just below the
/// upper end. That is well below the target, because waiting requests hold memory and connections: with sixteen in
/// flight a tenth fewer answers came than with eight. The upper end is higher the fewer requests are refused: the
/// requests in flight keep the threads busy until the next one arrives, and with many refusals there is always one
/// waiting. Critical requests are left to the windows: in a sudden burst too many requests are in flight before it can
/// be known, and critical ones should not pay for that.
fn with_room(wait: Duration, target: Duration, let_in: u32) -> usize {
    let room = if let_in < SHEDDING {
        let most = target * (150 + 450 * let_in / 1_000) / 1_000;
        most / 2..most
    } else {
        target..target * 3 / 2
    };
    CLASS + part(ALL - CLASS, wait, room)
}

/// All of `levels` below the range, none above it, and a linearly shrinking part within it.
fn part(levels: usize, wait: Duration, range: Range<Duration>) -> usize {
    let (start, end) = (micros(range.start), micros(range.end));
    let whole = end.saturating_sub(start).max(1);
    let left = end.saturating_sub(micros(wait)).min(whole);
    usize::try_from(levels as u64 * left / whole).unwrap_or(levels)
}

/// A cut of `more` thousandths of `cut`, for a window without arrivals to measure by.
fn raised(cut: usize, more: u64) -> usize {
    usize::try_from((cut.max(ALL / 64) as u64).saturating_mul(more) / WHOLE).unwrap_or(ALL)
}

/// The arrivals in a window.
struct Counts([u64; BUCKETS]);

impl Counts {
    fn sum(&self) -> u64 {
        self.0.iter().sum()
    }

    /// The cut below which this many thousandths of a request arrived; within a bucket they count as evenly
    /// distributed.
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
