//! The counters in Redis that all instances share, and the number of instances.

use std::{
    hash::{BuildHasher as _, RandomState},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use redis::Script;
use tokio::time::Instant;

use super::{
    Asked,
    rules::{Applied, Grain},
};
use crate::{ErrorKind, Redis};

/// Time for which Redis is not asked after it was too slow or answered with an error: every request in that time would
/// wait for nothing.
const PAUSE: Duration = Duration::from_millis(50);

/// Time after its period after which an idle counter expires.
const AFTER: Duration = Duration::from_secs(1);

/// Longest wait for the answer to a heartbeat; no request waits for it.
const BEAT_WAIT: Duration = Duration::from_millis(200);

/// Time without a heartbeat after which an instance counts as gone.
const GONE: Duration = Duration::from_secs(3);

/// Maximum number of instances in a fleet; a larger number is an error.
const MOST: u32 = 10_000;

/// The instances by their last heartbeat; on the cluster node that has the counters.
const INSTANCES: &str = "{lp:rate}:instances";

/// Redis' decision about a request.
#[derive(Debug, Clone, Copy)]
pub(super) enum Answer<'a> {
    /// Within all rates, and counted.
    Admitted {
        /// Redis' time in Unix microseconds.
        at: u64,
    },
    /// Over a rate, and not counted.
    Refused {
        /// The rate with the longest wait.
        by: Applied<'a>,
        /// Time until a place may be free.
        wait: Duration,
    },
}

/// The counters of the fleet.
#[derive(Debug)]
pub(super) struct Fleet {
    pub(super) redis: Arc<Redis>,
    longest: Duration,
    window: Script,
    beat: Script,
    /// The unique name of this instance.
    name: String,
    pause: Pause,
    /// The results of the last heartbeats.
    // std mutex: held for three words, never across an await
    told: Mutex<[u32; 3]>,
}

impl Fleet {
    pub(super) fn new(redis: Arc<Redis>, longest: Duration) -> Self {
        // the standard library's hasher is seeded by the system
        let name = format!("{:016x}", RandomState::new().hash_one(std::process::id()));
        let (window, beat) = (Script::new(include_str!("window.lua")), Script::new(include_str!("beat.lua")));
        Self { redis, longest, window, beat, name, pause: Pause::default(), told: Mutex::default() }
    }

    /// Asks Redis. `None`: it is unavailable, slow, or its answer is invalid.
    pub(super) async fn ask<'a>(
        &self,
        applied: &[Applied<'a>],
        asked: &Asked<'_>,
        deadline: Instant,
    ) -> Option<Answer<'a>> {
        let started = Instant::now();
        let wait = self.longest.min(deadline.saturating_duration_since(started) / 3);
        if wait.is_zero() || self.pause.holds(started) {
            return None;
        }
        let mut question = self.window.prepare_invoke();
        for Applied { counter, .. } in applied {
            let Grain { width, buckets } = counter.grain();
            let idle = u64::try_from((counter.rate.period + AFTER).as_millis()).unwrap_or(u64::MAX);
            question.key(counter.key(asked)).arg(counter.rate.limit).arg(width).arg(buckets).arg(idle);
        }
        // signed as on the wire: read as unsigned, a negative number would be a large one
        match self.redis.script::<(i64, i64, i64)>(&question, wait).await {
            Ok((0, _, at)) => Some(Answer::Admitted { at: at.try_into().ok()? }),
            // an unknown rate or a negative wait is not an answer
            Ok((by, wait, _)) => {
                let (by, wait) = (usize::try_from(by).ok()?, u64::try_from(wait).ok()?);
                let by = *applied.get(by.checked_sub(1)?)?;
                // measured from the question and not from the answer: waiting longer than necessary wastes a place
                let wait = Duration::from_micros(wait).saturating_sub(started.elapsed());
                // a clock that was set back must not make it longer either
                let wait = wait.min(by.counter.rate.period * 2);
                Some(Answer::Refused { by, wait })
            }
            Err(error) => {
                let slow = error.kind == ErrorKind::Timeout;
                // a timeout of a call with little time left proves nothing about Redis
                let proof = !slow || wait == self.longest;
                let begun = proof && self.pause.begin(started);
                if begun && slow {
                    self.redis.was_slow();
                }
                None
            }
        }
    }

    /// Registers this instance, and learns the number of instances.
    pub(super) async fn beat(&self) {
        let mut beat = self.beat.key(INSTANCES);
        beat.arg(&self.name).arg(u64::try_from(GONE.as_millis()).unwrap_or(u64::MAX));
        let answer = self.redis.script::<i64>(&beat, BEAT_WAIT).await;
        if let Ok(instances @ 1..=MOST) = answer.map(|instances| u32::try_from(instances).unwrap_or_default()) {
            let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
            let [_, before, last] = *told;
            *told = [before, last, instances];
        }
    }

    /// Number of instances as reported by Redis: the maximum of the last three heartbeats, because a Redis that has just
    /// come back has not received those of all instances yet.
    pub(super) fn instances(&self) -> Option<u32> {
        let told = *self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.into_iter().max().filter(|most| *most > 0)
    }
}

/// Keeps requests from waiting for nothing one after the other. Relaxed: a request that sees a pause late waits too.
#[derive(Debug)]
struct Pause {
    since: Instant,
    /// Microseconds after `since`.
    until: AtomicU64,
}

impl Default for Pause {
    fn default() -> Self {
        Self { since: Instant::now(), until: AtomicU64::new(0) }
    }
}

impl Pause {
    fn holds(&self, now: Instant) -> bool {
        self.micros(now) < self.until.load(Ordering::Relaxed)
    }

    /// A request that began at `started` has waited for nothing. Returns whether it begins a pause: only the first of
    /// several concurrent requests does.
    fn begin(&self, started: Instant) -> bool {
        let until = self.until.load(Ordering::Relaxed);
        let next = self.micros(Instant::now() + PAUSE);
        until <= self.micros(started)
            && self.until.compare_exchange(until, next, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }

    fn micros(&self, at: Instant) -> u64 {
        u64::try_from(at.saturating_duration_since(self.since).as_micros()).unwrap_or(u64::MAX)
    }
}
