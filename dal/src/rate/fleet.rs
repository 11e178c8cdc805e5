//! What all instances count together in Redis, and how many they are.

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

/// How long a Redis that has just been too slow, or has not understood, is let be: every request of that time would ask in
/// vain.
const PAUSE: Duration = Duration::from_millis(50);

/// A counter is dropped when it has been idle for its period and this.
const AFTER: Duration = Duration::from_secs(1);

/// The longest wait for the answer to a heartbeat, which nobody waits for.
const BEAT_WAIT: Duration = Duration::from_millis(200);

/// An instance that has not been heard of for so long is gone.
const GONE: Duration = Duration::from_secs(3);

/// The most instances that a fleet may have; more are nonsense.
const MOST: u32 = 10_000;

/// The instances, by when they were last heard of; on the node of the cluster that has the counters.
const INSTANCES: &str = "{lp:rate}:instances";

/// What Redis says of a request.
#[derive(Debug, Clone, Copy)]
pub(super) enum Answer<'a> {
    /// It is within all rates and was counted.
    Admitted {
        /// Redis' time in Unix microseconds.
        at: u64,
    },
    /// It is not, and was not.
    Refused {
        /// The rate whose places are free last.
        by: Applied<'a>,
        /// When one of them can be.
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
    /// The name of this instance, like no other's.
    name: String,
    pause: Pause,
    /// What the last heartbeats told.
    // std mutex: held for three words, never across an await
    told: Mutex<[u32; 3]>,
}

impl Fleet {
    pub(super) fn new(redis: Arc<Redis>, longest: Duration) -> Self {
        // the standard library's hasher has its keys from the system
        let name = format!("{:016x}", RandomState::new().hash_one(std::process::id()));
        let (window, beat) = (Script::new(include_str!("window.lua")), Script::new(include_str!("beat.lua")));
        Self { redis, longest, window, beat, name, pause: Pause::default(), told: Mutex::default() }
    }

    /// Asks Redis. `None`: it is away, slow, or talks nonsense.
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
        // as they are on the wire: read as anything else, a negative number would be a large one
        match self.redis.script::<(i64, i64, i64)>(&question, wait).await {
            Ok((0, _, at)) => Some(Answer::Admitted { at: at.try_into().ok()? }),
            // a rate that was not asked for and a wait of less than nothing are no answer
            Ok((by, wait, _)) => {
                let (by, wait) = (usize::try_from(by).ok()?, u64::try_from(wait).ok()?);
                let by = *applied.get(by.checked_sub(1)?)?;
                // counted from the question and not from the answer: late is a place that is lost
                let wait = Duration::from_micros(wait).saturating_sub(started.elapsed());
                // not even a clock that was set back makes it longer
                let wait = wait.min(by.counter.rate.period * 2);
                Some(Answer::Refused { by, wait })
            }
            Err(error) => {
                let slow = error.kind == ErrorKind::Timeout;
                // a caller in a hurry proves nothing about Redis
                let proof = !slow || wait == self.longest;
                let begun = proof && self.pause.begin(started);
                if begun && slow {
                    self.redis.was_slow();
                }
                None
            }
        }
    }

    /// Says that this instance is there, and learns how many are.
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

    /// How many instances there are, as far as Redis has told: the most of the last three heartbeats, because a Redis that
    /// has just come back has not heard of all yet.
    pub(super) fn instances(&self) -> Option<u32> {
        let told = *self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.into_iter().max().filter(|most| *most > 0)
    }
}

/// Keeps requests from asking one after the other in vain. Relaxed: one that sees a pause late asks too.
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

    /// A request that began then has asked in vain. Whether a pause begins with it: of all those that asked at once, only
    /// the first begins one.
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
