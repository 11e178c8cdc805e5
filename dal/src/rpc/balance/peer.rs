//! The state of one instance: load, latency, failures, reachability. Read and written by every call without a lock.

use std::{
    net::SocketAddr,
    sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use tokio::{sync::Notify, time::Instant};

/// Consecutive failures after which an instance is ejected.
const FAILURES: u32 = 5;

/// Duration of the first ejection; each further one without a success between lasts twice as long.
const EJECTED: Duration = Duration::from_secs(1);

/// Longest ejection.
const EJECTED_MOST: Duration = Duration::from_secs(30);

/// Time in which the share of a new or returning instance grows from a tenth to the whole.
const SLOW_START: Duration = Duration::from_secs(10);

/// A call that was abandoned after this long counts as a failure of its instance; a shorter one does not.
const PATIENCE: Duration = Duration::from_millis(100);

/// Half-life of a latency that no call refreshes, so that a slow instance is tried again.
const HALF_LIFE: Duration = Duration::from_secs(8);

/// Largest latency of an instance whose calls never end because their hedges answer first.
const SLOWEST: Duration = Duration::from_secs(1);

/// End of a call, as far as it matters for the instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// An answer.
    Answered,
    /// An answer that is a failure, or a broken connection.
    Failed,
    /// No connection: nothing was sent.
    Unreachable,
}

/// One instance. Times are nanoseconds since `born`; 0 stands for "not".
#[derive(Debug)]
pub(crate) struct Peer {
    pub(crate) address: SocketAddr,
    born: Instant,
    /// Whether the instance joined a set that had others: its share grows slowly.
    ramp_from: AtomicU64,
    in_flight: AtomicU32,
    calls: AtomicU64,
    /// Moving average of the duration of calls in nanoseconds; 0: none has ended.
    latency: AtomicU64,
    measured: AtomicU64,
    /// Consecutive calls whose hedges answered first.
    lost: AtomicU32,
    failures: AtomicU32,
    ejections: AtomicU32,
    ejected_until: AtomicU64,
    /// False from the moment that its idle connection breaks until another one is made.
    reachable: AtomicBool,
    has_connected: AtomicBool,
    /// A call could not connect: the reachability is to be tested again.
    doubted: Notify,
}

/// A copy of the state, for people.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct PeerStatus {
    /// The address.
    pub address: SocketAddr,
    /// Whether there is a connection, or one could be made.
    pub reachable: bool,
    /// Whether it has accepted a connection since it was found.
    pub has_connected: bool,
    /// Milliseconds until it is no longer ejected; 0: it is not.
    pub ejected_ms: u64,
    /// Ejections since the last success.
    pub ejections: u32,
    /// Calls under way.
    pub in_flight: u32,
    /// Calls so far.
    pub calls: u64,
    /// Moving average of the duration of a call, in microseconds; 0: none has ended.
    pub latency_us: u64,
}

impl Peer {
    /// A new instance; `joins`: the set had others before it.
    pub(crate) fn new(address: SocketAddr, joins: bool) -> Self {
        Self {
            address,
            born: Instant::now(),
            ramp_from: AtomicU64::new(u64::from(joins)),
            in_flight: AtomicU32::new(0),
            calls: AtomicU64::new(0),
            latency: AtomicU64::new(0),
            measured: AtomicU64::new(0),
            lost: AtomicU32::new(0),
            failures: AtomicU32::new(0),
            ejections: AtomicU32::new(0),
            ejected_until: AtomicU64::new(0),
            reachable: AtomicBool::new(true),
            has_connected: AtomicBool::new(false),
            doubted: Notify::new(),
        }
    }

    fn since_born(&self, now: Instant) -> u64 {
        // never 0, which stands for "not"
        nanos(now.saturating_duration_since(self.born)).max(1)
    }

    /// Records whether a connection can be made.
    pub(crate) fn set_reachable(&self, reachable: bool) {
        self.reachable.store(reachable, Relaxed);
        if reachable {
            self.has_connected.store(true, Relaxed);
        }
    }

    /// Whether there is a connection, or one could be made; true until the first attempt has ended.
    pub(crate) fn is_reachable(&self) -> bool {
        self.reachable.load(Relaxed)
    }

    /// Returns once a call could not connect.
    pub(crate) async fn doubted(&self) {
        self.doubted.notified().await;
    }

    /// Whether it has ever accepted a connection.
    pub(crate) fn has_connected(&self) -> bool {
        self.has_connected.load(Relaxed)
    }

    /// Whether it is ejected.
    pub(crate) fn is_ejected(&self, now: Instant) -> bool {
        let until = self.ejected_until.load(Relaxed);
        until != 0 && self.since_born(now) < until
    }

    /// Share of its weight in thousandths: below 1000 while it starts slowly.
    pub(crate) fn share(&self, now: Instant) -> u64 {
        let from = self.ramp_from.load(Relaxed);
        if from == 0 {
            return 1000;
        }
        let passed = self.since_born(now).saturating_sub(from);
        let whole = nanos(SLOW_START);
        if passed >= whole {
            self.ramp_from.store(0, Relaxed);
            return 1000;
        }
        100 + 900 * passed / whole
    }

    /// Calls under way.
    pub(crate) fn load(&self) -> u64 {
        self.in_flight.load(Relaxed).into()
    }

    /// The latency in nanoseconds, halved for every [`HALF_LIFE`] without a call; 0: unknown.
    pub(crate) fn latency(&self, now: Instant) -> u64 {
        let idle = self.since_born(now).saturating_sub(self.measured.load(Relaxed));
        self.latency.load(Relaxed) >> (idle / nanos(HALF_LIFE)).min(63)
    }

    /// Counts a call that begins.
    pub(crate) fn begin(&self) {
        self.in_flight.fetch_add(1, Relaxed);
        self.calls.fetch_add(1, Relaxed);
    }

    /// Records the end of a call that took `took`.
    pub(crate) fn end(&self, now: Instant, took: Duration, outcome: Outcome) {
        self.in_flight.fetch_sub(1, Relaxed);
        match outcome {
            Outcome::Answered => {
                self.measure(now, nanos(took));
                // written only where something changes: other cores read these lines
                if self.lost.load(Relaxed) != 0 {
                    self.lost.store(0, Relaxed);
                }
                if self.failures.load(Relaxed) != 0 {
                    self.failures.store(0, Relaxed);
                    self.ejections.store(0, Relaxed);
                }
            }
            Outcome::Failed => self.fail(now, 1),
            Outcome::Unreachable => {
                self.set_reachable(false);
                self.doubted.notify_one();
                self.fail(now, 1);
            }
        }
    }

    /// Records a call that was cancelled or timed out after `took`: its latency is at least that.
    pub(crate) fn abandon(&self, now: Instant, took: Duration) {
        self.in_flight.fetch_sub(1, Relaxed);
        if nanos(took) > self.latency.load(Relaxed) {
            self.measure(now, nanos(took));
        }
        if took >= PATIENCE {
            self.fail(now, 1);
        }
    }

    /// Records that a hedge on another instance answered before a call that has been under way for `took`. One such call may
    /// be an accident. Each further one without an answer in between shows that the instance is slow, but not how slow: its
    /// latency counts as `took` × 2^(calls − 1), so that it is tried ever more rarely.
    pub(crate) fn lose(&self, now: Instant, took: Duration) {
        self.measured.store(self.since_born(now), Relaxed);
        let before = self.lost.fetch_add(1, Relaxed);
        // the first is averaged when it is abandoned
        if before > 0 {
            let least = nanos(took).saturating_mul(1 << before.min(16)).min(nanos(SLOWEST));
            self.latency.fetch_max(least, Relaxed);
        }
    }

    /// Takes a duration into the average. Lost updates of racing calls do no harm.
    fn measure(&self, now: Instant, took: u64) {
        // the faded value: one fast answer of an instance that was slow long ago is enough
        let known = self.latency(now);
        let next = match known {
            0 => took,
            // slowness is learned faster than speed
            known if took > known => known / 2 + took / 2,
            known => known - known / 4 + took / 4,
        };
        self.latency.store(next.max(1), Relaxed);
        self.measured.store(self.since_born(now), Relaxed);
    }

    fn fail(&self, now: Instant, failures: u32) {
        let failed = self.failures.fetch_add(failures, Relaxed) + failures;
        if failed < FAILURES || self.is_ejected(now) {
            return;
        }
        let before = self.ejections.fetch_add(1, Relaxed);
        let time = nanos(EJECTED).saturating_mul(1 << before.min(16)).min(nanos(EJECTED_MOST));
        let until = self.since_born(now) + time;
        self.ejected_until.store(until, Relaxed);
        // comes back with a small share, and one failure ejects it again: only a success resets the count
        self.ramp_from.store(until, Relaxed);
    }

    /// A copy of the state.
    pub(crate) fn status(&self, now: Instant) -> PeerStatus {
        let left = self.ejected_until.load(Relaxed).saturating_sub(self.since_born(now));
        PeerStatus {
            address: self.address,
            reachable: self.is_reachable(),
            has_connected: self.has_connected(),
            ejected_ms: left.div_ceil(1_000_000),
            ejections: self.ejections.load(Relaxed),
            in_flight: self.in_flight.load(Relaxed),
            calls: self.calls.load(Relaxed),
            latency_us: self.latency.load(Relaxed) / 1000,
        }
    }
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
