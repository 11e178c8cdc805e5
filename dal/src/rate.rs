//! The rate limiter: how many requests of a caller, to a method, of a viewer are let in, counted by the fleet together.
//!
//! **With Redis** all instances share one count: at most `limit` requests are admitted in any time of length `period`,
//! wherever it begins, and under steady excess load at least 99 % of that: what is lost is half a percent, because large
//! limits are counted in buckets, and the time from when a place is free to when the next request comes. One script in one
//! round trip judges a request by all the rates that apply to it and counts it for all or for none; the time is Redis' own.
//! A refusal is remembered until a place can be free, so that a caller who is far over its limit costs no round trip.
//!
//! **Without Redis** – none is set, it is away, it does not answer within 5 ms or a third of the time left – each instance
//! admits its share: the limit divided by the number of instances that Redis last told, or that the configuration says.
//! The share is let in evenly, with a burst of 5 % of it, or 5 requests where that is more (never more than the share):
//! at most `limit` and the bursts in a period, `limit` a period in the long run. Rates are asked one after the other then,
//! the narrowest first, so what a wider one refuses has been counted by a narrower one.
//!
//! An answer of Redis that comes too late may have counted its request once more than this instance did. When Redis goes or
//! comes back, what was admitted with it and what was admitted without it add up for one period.

mod fleet;
mod local;
mod metrics;
mod refusals;
mod rules;
#[cfg(test)]
mod tests;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use arc_swap::ArcSwap;
use prometheus::Registry;
use tokio::{sync::Notify, task::JoinSet, time::Instant};

use self::{
    fleet::{Answer, Fleet},
    metrics::RateMetrics,
    rules::{Applied, Counter, Rules},
};
use crate::{
    Redis,
    config::{RateConf, RateLevel},
};

/// The most a request waits for Redis, whatever time it has left.
const LONGEST_WAIT: Duration = Duration::from_millis(5);

/// Between two looks at what must be kept up in the background: heartbeats, counters that nobody needs any more.
const UPKEEP: Duration = Duration::from_secs(1);

/// Who asks for what.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The name of the caller, as the configuration has it.
    pub caller: &'a str,
    /// The method, as the IDL spells it.
    pub method: &'a str,
    /// The viewer; 0 for a guest, whom no rate of viewers counts.
    pub user: i64,
}

/// A request that is one too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("more than {limit} requests in {period:?} ({} rate)", level.name())]
pub struct Refused {
    /// What the rate counts together.
    pub level: RateLevel,
    /// How many it admits.
    pub limit: u32,
    /// In how long a time.
    pub period: Duration,
    /// A place may be free then, and is not before; others may take it first.
    pub retry_after: Duration,
}

/// Who decided that a request is let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Admitted {
    /// No rate applies to it.
    Unlimited,
    /// The fleet, at this time of Redis in Unix microseconds.
    Fleet(u64),
    /// This instance alone.
    Local,
}

/// The limiter. Resident; dropping it ends its background task.
#[derive(Debug)]
pub struct RateLimiter {
    shared: Arc<Shared>,
    // ends with us, and the task with it
    _upkeep: JoinSet<()>,
}

#[derive(Debug)]
struct Shared {
    /// Whether there is any rate. Relaxed: a request that sees a change a moment late is one that came before it.
    armed: AtomicBool,
    rules: ArcSwap<Rules>,
    fleet: Option<Fleet>,
    metrics: RateMetrics,
    changed: Notify,
}

impl RateLimiter {
    /// A limiter without any rate. Must run inside a Tokio runtime.
    ///
    /// # Errors
    ///
    /// The registry already has one of our metrics.
    pub fn new(redis: Option<Arc<Redis>>, registry: &Registry) -> Result<Self, prometheus::Error> {
        Self::waiting(LONGEST_WAIT, redis, registry)
    }

    fn waiting(longest: Duration, redis: Option<Arc<Redis>>, registry: &Registry) -> Result<Self, prometheus::Error> {
        let shared = Arc::new(Shared {
            armed: AtomicBool::new(false),
            rules: ArcSwap::default(),
            fleet: redis.map(|redis| Fleet::new(redis, longest)),
            metrics: RateMetrics::register(registry)?,
            changed: Notify::new(),
        });
        let mut upkeep = JoinSet::new();
        upkeep.spawn(Arc::clone(&shared).keep_up());
        Ok(Self { shared, _upkeep: upkeep })
    }

    /// Takes other rates. The counters of those that stay the same go on, and those that only change their limit go on in
    /// Redis where the new limit is counted as the old one was.
    pub fn configure(&self, conf: &RateConf) {
        let shared = &self.shared;
        let old = shared.rules.load();
        if !old.are(conf) {
            shared.rules.store(Arc::new(old.followed_by(conf)));
            shared.armed.store(!conf.rates.is_empty(), Ordering::Relaxed);
            shared.changed.notify_one();
        }
    }

    /// Whether a request is let in; counts it if so. Waits at most 5 ms, and at most a third of the time until `deadline`.
    ///
    /// # Errors
    ///
    /// The rate that refuses it; where several do, one whose places are free last. Never anything else: what goes wrong
    /// with Redis is made good by the instance's own share.
    pub async fn admit(&self, asked: &Asked<'_>, deadline: Instant) -> Result<(), Refused> {
        if self.shared.armed.load(Ordering::Relaxed) { self.ask(asked, deadline).await.map(|_| ()) } else { Ok(()) }
    }

    async fn ask(&self, asked: &Asked<'_>, deadline: Instant) -> Result<Admitted, Refused> {
        let rules = self.shared.rules.load_full();
        let applied = rules.applied(asked);
        if applied.is_empty() {
            return Ok(Admitted::Unlimited);
        }
        let decision = match rules.remembered(&applied) {
            Some(refused) => Err(refused),
            None => self.shared.decide(&rules, &applied, asked, deadline).await,
        };
        if let Err(refused) = &decision {
            self.shared.metrics.refused(refused.level);
        }
        decision
    }
}

impl Shared {
    async fn decide(
        &self,
        rules: &Rules,
        applied: &[Applied<'_>],
        asked: &Asked<'_>,
        deadline: Instant,
    ) -> Result<Admitted, Refused> {
        if let Some(fleet) = &self.fleet {
            match fleet.ask(applied, asked, deadline).await {
                Some(Answer::Admitted { at }) => return Ok(Admitted::Fleet(at)),
                Some(Answer::Refused { by, wait }) => {
                    rules.refusals.remember(by.id, wait);
                    return Err(by.counter.refused(wait));
                }
                None => self.metrics.local.inc(),
            }
        }
        let instances = self.instances(rules);
        for Applied { counter, id } in applied {
            counter.local.check(&counter.rate, instances, *id).map_err(|wait| counter.refused(wait))?;
        }
        Ok(Admitted::Local)
    }

    /// How many share the limits, as far as is known.
    fn instances(&self, rules: &Rules) -> u32 {
        self.fleet.as_ref().and_then(Fleet::instances).unwrap_or(rules.instances)
    }

    async fn keep_up(self: Arc<Self>) {
        loop {
            if self.armed.load(Ordering::Relaxed) {
                if let Some(fleet) = &self.fleet {
                    fleet.beat().await;
                }
                for Counter { local, .. } in self.rules.load_full().counters() {
                    local.sweep();
                }
            }
            // a change is a reason to look at once: whoever has rates must be counted
            drop(tokio::time::timeout(UPKEEP, self.changed.notified()).await);
        }
    }
}
