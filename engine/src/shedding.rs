//! Shedding: under pressure, the least important weak tasks are skipped first.
//!
//! Pressure = engines slower than the target ÷ engines ended, per window. A share above the tolerated one means the
//! same as a tail latency above the target, but needs no stored latencies. Two counters and a level per engine, no lock.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU8, AtomicU32, AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::time::Instant;

use crate::Importance;

/// The thresholds of shedding. Hot-reloadable: a new plan applies a new policy to the existing state.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ShedPolicy {
    /// Target duration of an engine; above zero.
    pub target: Duration,
    /// Percentage of engines that may exceed the target, 0 to 100. A larger share in a window raises the level by
    /// one.
    pub tolerated_percent: f64,
    /// Length of the window; above zero.
    pub window: Duration,
    /// Minimum number of engines for a window to be judged. At least 1.
    pub min_engines: u32,
    /// Number of consecutive calm windows (at most half the tolerated share, or hardly any engines) that lower the
    /// level by one. At least 1.
    pub calm_windows: u32,
}

impl Default for ShedPolicy {
    /// A target of 300 ms that 1 % may miss, judged every second, calm after five.
    fn default() -> Self {
        Self {
            target: Duration::from_millis(300),
            tolerated_percent: 1.0,
            window: Duration::from_secs(1),
            min_engines: 20,
            calm_windows: 5,
        }
    }
}

impl ShedPolicy {
    pub(crate) fn faults(&self) -> Vec<String> {
        let positive = |what: &str, fine: bool| (!fine).then(|| format!("shedding: {what} must be more than 0"));
        let percent = self.tolerated_percent;
        let in_range = (0.0..=100.0).contains(&percent);
        let percent = (!in_range).then(|| format!("shedding: tolerated_percent must be 0 to 100, found {percent}"));
        let checks = [
            positive("target", !self.target.is_zero()),
            positive("window", !self.window.is_zero()),
            positive("min_engines", self.min_engines > 0),
            positive("calm_windows", self.calm_windows > 0),
            percent,
        ];
        checks.into_iter().flatten().collect()
    }
}

/// A policy, and the state that it applies to.
#[derive(Debug, Clone)]
pub struct Shedding {
    /// The policy.
    pub policy: ShedPolicy,
    /// The state of the engine, which outlives its plans: from [`Pressures::of`].
    pub pressure: Arc<Pressure>,
}

impl PartialEq for Shedding {
    /// Compares identity, not value.
    fn eq(&self, other: &Self) -> bool {
        self.policy == other.policy && Arc::ptr_eq(&self.pressure, &other.pressure)
    }
}

/// The pressure on an engine, across its requests and plans.
#[derive(Debug)]
pub struct Pressure {
    since: Instant,
    /// 0: nothing is shed, 1: low importance, 2: normal importance as well.
    level: AtomicU8,
    /// Number of consecutive calm windows.
    calm: AtomicU32,
    /// Start of the window, in nanoseconds since `since`.
    window: AtomicU64,
    /// Engines that ended in the window, and slow ones among them.
    ended: AtomicU32,
    late: AtomicU32,
}

const TOP: u8 = 2;

impl Default for Pressure {
    fn default() -> Self {
        let (calm, ended, late) = Default::default();
        Self { since: Instant::now(), level: AtomicU8::new(0), calm, window: AtomicU64::new(0), ended, late }
    }
}

impl Pressure {
    /// No pressure.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The shed level: 0 nothing, 1 tasks of low importance, 2 those of normal importance as well.
    #[must_use]
    pub fn level(&self) -> u8 {
        self.level.load(Ordering::Relaxed)
    }

    /// Weak tasks of less importance than this are shed.
    #[must_use]
    pub fn sheds_below(&self) -> Importance {
        match self.level() {
            0 => Importance::Low,
            1 => Importance::Normal,
            _ => Importance::High,
        }
    }

    /// Counts an engine that ended `now`; the first one after the end of a window judges it.
    pub(crate) fn observe(&self, policy: &ShedPolicy, now: Instant, took: Duration) {
        let at = u64::try_from(now.saturating_duration_since(self.since).as_nanos()).unwrap_or(u64::MAX);
        let window = u64::try_from(policy.window.as_nanos()).unwrap_or(u64::MAX).max(1);
        let began = self.window.load(Ordering::Relaxed);
        let over = at.saturating_sub(began) >= window;
        if over && self.window.compare_exchange(began, at, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
            // windows without any ended engine were calm, too
            let idle = (at.saturating_sub(began) / window).saturating_sub(1);
            self.judge(policy, u32::try_from(idle).unwrap_or(u32::MAX));
        }
        self.ended.fetch_add(1, Ordering::Relaxed);
        if took > policy.target {
            self.late.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Called only by the thread that closed the window.
    fn judge(&self, policy: &ShedPolicy, idle: u32) {
        let (ended, late) = (self.ended.swap(0, Ordering::Relaxed), self.late.swap(0, Ordering::Relaxed));
        let percent = f64::from(late) * 100.0 / f64::from(ended.max(1));
        let tells = ended >= policy.min_engines;
        if tells && percent > policy.tolerated_percent {
            self.calm.store(idle, Ordering::Relaxed);
            self.set_level((self.level() + 1).min(TOP), percent);
        } else if !tells || percent <= policy.tolerated_percent / 2.0 {
            self.calm.fetch_add(idle.saturating_add(1), Ordering::Relaxed);
        } else {
            self.calm.store(idle, Ordering::Relaxed);
        }
        while self.calm.load(Ordering::Relaxed) >= policy.calm_windows {
            self.calm.fetch_sub(policy.calm_windows, Ordering::Relaxed);
            if self.level() == 0 {
                self.calm.store(0, Ordering::Relaxed);
                break;
            }
            self.set_level(self.level() - 1, percent);
        }
    }

    pub(crate) fn set_level(&self, level: u8, late_percent: f64) {
        let before = self.level.swap(level, Ordering::Relaxed);
        if before != level {
            tracing::warn!(before, level, late_percent, "pressure on an engine changed");
        }
    }
}

/// The pressure on each engine, by a name chosen by the caller. Resident: it outlives plans.
#[derive(Debug, Default)]
pub struct Pressures {
    // std mutex: held for a look-up when a plan is compiled, never in a request
    by_name: Mutex<BTreeMap<String, Arc<Pressure>>>,
}

impl Pressures {
    /// The state of `engine`, always the same instance.
    pub fn of(&self, engine: &str) -> Arc<Pressure> {
        let mut by_name = self.by_name.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(by_name.entry(engine.to_owned()).or_default())
    }

    /// The shed level of each engine: 0 nothing, 1 tasks of low importance, 2 those of normal importance as well.
    pub fn levels(&self) -> Vec<(String, u8)> {
        let by_name = self.by_name.lock().unwrap_or_else(PoisonError::into_inner);
        by_name.iter().map(|(name, pressure)| (name.clone(), pressure.level())).collect()
    }
}

#[cfg(test)]
mod tests;
