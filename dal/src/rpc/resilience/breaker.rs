//! The circuit breaker of one destination: closed, open, half-open.
//!
//! Closed: results are counted, and enough failed or slow ones open it. Open: calls are refused for `open_for`. Half-open:
//! up to [`TRIALS`] calls go out at once; as many good ones in a row close it, a bad one opens it again.
//!
//! Each state has a number. A call keeps the number that it began under, and its end counts only under the same one, so
//! that a late result never moves a newer state. State, number and places are one word: every step is one
//! compare-and-swap, and nothing is locked.

#[cfg(test)]
mod tests;

use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use tokio::time::Instant;

use super::window::{Counts, SLICES, Verdict, Window};
use crate::config::{BreakerRules, Forced};

/// Calls that go out at once in the half-open state, and good ones that close it.
const TRIALS: u64 = 3;

/// States of a breaker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BreakerState {
    /// Calls go out.
    Closed,
    /// A few calls go out, on trial.
    HalfOpen,
    /// No call goes out.
    Open,
}

impl BreakerState {
    /// 0 closed, 1 half-open, 2 open.
    pub(crate) const fn number(self) -> i64 {
        match self {
            Self::Closed => 0,
            Self::HalfOpen => 1,
            Self::Open => 2,
        }
    }
}

/// A breaker.
#[derive(Debug)]
pub(super) struct Breaker {
    born: Instant,
    word: AtomicU64,
    /// Time of the last opening, in nanoseconds since `born`.
    opened: AtomicU64,
    window: Window,
    trials: u64,
}

/// Permission for a call. Must be returned with [`Breaker::end`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub(super) struct Pass {
    /// Number of the state that it was given under; `None`: its result does not count.
    number: Option<u64>,
    /// State at that moment.
    pub(super) state: BreakerState,
    /// Whether it has changed the state.
    pub(super) has_changed: bool,
}

/// State (2 bits), trial calls under way (8 bits), good trial calls (8 bits), number of the state (46 bits).
#[derive(Debug, Clone, Copy)]
struct Word(u64);

impl Word {
    const fn new(state: BreakerState, under_way: u64, good: u64, number: u64) -> Self {
        let state = match state {
            BreakerState::Closed => 0,
            BreakerState::HalfOpen => 1,
            BreakerState::Open => 2,
        };
        Self(state | under_way << 2 | good << 10 | number << 18)
    }

    const fn state(self) -> BreakerState {
        match self.0 & 3 {
            0 => BreakerState::Closed,
            1 => BreakerState::HalfOpen,
            _ => BreakerState::Open,
        }
    }

    const fn under_way(self) -> u64 {
        (self.0 >> 2) & 0xff
    }

    const fn good(self) -> u64 {
        (self.0 >> 10) & 0xff
    }

    const fn number(self) -> u64 {
        self.0 >> 18
    }

    /// A new state after this one.
    const fn next(self, state: BreakerState, under_way: u64) -> Self {
        Self::new(state, under_way, 0, self.number() + 1)
    }
}

impl Breaker {
    /// A closed breaker.
    pub(super) fn new(born: Instant) -> Self {
        Self::with_trials(born, TRIALS)
    }

    fn with_trials(born: Instant, trials: u64) -> Self {
        let word = Word::new(BreakerState::Closed, 0, 0, 0);
        Self { born, word: AtomicU64::new(word.0), opened: AtomicU64::new(0), window: Window::default(), trials }
    }

    fn load(&self) -> Word {
        Word(self.word.load(Relaxed))
    }

    fn swap(&self, from: Word, to: Word) -> bool {
        self.word.compare_exchange(from.0, to.0, Relaxed, Relaxed).is_ok()
    }

    fn since_born(&self, now: Instant) -> u64 {
        nanos(now.saturating_duration_since(self.born))
    }

    /// The number of the window's slice at `now`.
    fn slice(&self, now: Instant, rules: &BreakerRules) -> u64 {
        self.since_born(now) / (nanos(rules.window) / SLICES).max(1) + 1
    }

    /// The state; a forced one takes precedence.
    pub(super) fn state(&self, rules: &BreakerRules) -> BreakerState {
        match rules.forced {
            Some(Forced::Open) => BreakerState::Open,
            Some(Forced::Closed) => BreakerState::Closed,
            None if !rules.enabled => BreakerState::Closed,
            None => self.load().state(),
        }
    }

    /// Forgets the results in the window, whose slices had another length.
    pub(super) fn forget(&self) {
        self.window.clear();
    }

    /// Permission for a call that would begin now; `None`: it must not be made.
    pub(super) fn admit(&self, now: Instant, rules: &BreakerRules) -> Option<Pass> {
        match rules.forced {
            Some(Forced::Open) => return None,
            None if rules.enabled => {}
            Some(Forced::Closed) | None => {
                return Some(Pass { number: None, state: BreakerState::Closed, has_changed: false });
            }
        }
        loop {
            let word = self.load();
            let (next, has_changed) = match word.state() {
                BreakerState::Closed => {
                    return Some(Pass { number: Some(word.number()), state: BreakerState::Closed, has_changed: false });
                }
                BreakerState::Open => {
                    let ends = self.opened.load(Relaxed).saturating_add(nanos(rules.open_for));
                    if self.since_born(now) < ends {
                        return None;
                    }
                    (word.next(BreakerState::HalfOpen, 1), true)
                }
                BreakerState::HalfOpen => {
                    if word.under_way() + word.good() >= self.trials {
                        return None;
                    }
                    (Word::new(BreakerState::HalfOpen, word.under_way() + 1, word.good(), word.number()), false)
                }
            };
            if self.swap(word, next) {
                return Some(Pass { number: Some(next.number()), state: BreakerState::HalfOpen, has_changed });
            }
        }
    }

    /// Records the end of a call. Returns the new state if this has changed it.
    pub(super) fn end(&self, pass: Pass, now: Instant, verdict: Verdict, rules: &BreakerRules) -> Option<BreakerState> {
        let number = pass.number?;
        match pass.state {
            BreakerState::HalfOpen => self.end_trial(number, now, verdict),
            BreakerState::Closed | BreakerState::Open => self.count(number, now, verdict, rules),
        }
    }

    /// Counts a result in the closed state. A good one never opens.
    fn count(&self, number: u64, now: Instant, verdict: Verdict, rules: &BreakerRules) -> Option<BreakerState> {
        let word = self.load();
        if word.number() != number {
            return None;
        }
        let slice = self.slice(now, rules);
        self.window.record(slice, verdict);
        if matches!(verdict, Verdict::Good | Verdict::Unknown) || !self.is_bad(slice, rules) {
            return None;
        }
        self.open(word, now)
    }

    fn end_trial(&self, number: u64, now: Instant, verdict: Verdict) -> Option<BreakerState> {
        loop {
            let word = self.load();
            if word.number() != number {
                return None;
            }
            let under_way = word.under_way().saturating_sub(1);
            let next = match verdict {
                Verdict::Failed | Verdict::Slow => return self.open(word, now),
                Verdict::Unknown => Word::new(BreakerState::HalfOpen, under_way, word.good(), number),
                Verdict::Good if word.good() + 1 < self.trials => {
                    Word::new(BreakerState::HalfOpen, under_way, word.good() + 1, number)
                }
                Verdict::Good => {
                    // before the swap: results are counted as soon as it is closed
                    self.window.clear();
                    word.next(BreakerState::Closed, 0)
                }
            };
            if self.swap(word, next) {
                return (next.state() == BreakerState::Closed).then_some(BreakerState::Closed);
            }
        }
    }

    /// Opens it, unless its state is no longer `word`. Another trial call may have begun or ended since: tries again.
    fn open(&self, mut word: Word, now: Instant) -> Option<BreakerState> {
        // before the swap: an open breaker without its time would admit calls at once
        self.opened.store(self.since_born(now), Relaxed);
        let number = word.number();
        loop {
            if self.swap(word, word.next(BreakerState::Open, 0)) {
                return Some(BreakerState::Open);
            }
            word = self.load();
            if word.number() != number {
                return None;
            }
        }
    }

    /// Whether the share of failed or slow calls is reached in the window. To detect a dead service before the earlier
    /// good calls have left the window, a share half way between the threshold and 100 % is enough in the newest slices
    /// that hold `min_calls`.
    fn is_bad(&self, slice: u64, rules: &BreakerRules) -> bool {
        let reaches = |sum: Counts, percent: u8, count: u64| count * 100 >= sum.calls * u64::from(percent);
        let halfway = |percent: u8| percent + (100 - percent.min(100)).div_ceil(2);
        let is_bad = |sum: Counts, of: fn(u8) -> u8| {
            reaches(sum, of(rules.failure_percent), sum.failed)
                || rules.slow_call.is_some() && reaches(sum, of(rules.slow_percent), sum.slow)
        };
        let mut enough = self.window.sums(slice).filter(|sum| sum.calls >= u64::from(rules.min_calls));
        let Some(newest) = enough.next() else { return false };
        is_bad(newest, halfway) || is_bad(enough.last().unwrap_or(newest), |percent| percent)
    }
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
