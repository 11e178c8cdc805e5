//! The rate limiter: limits the requests of a caller, to a method or of a viewer, across the fleet.
//!
//! **With Redis** all instances share one count: at most `limit` requests are admitted in any time of length `period`,
//! wherever it begins, and under steady excess load at least 99 % of that. The rest is lost to buckets (half a percent,
//! for large limits) and to the time between a free place and the next request. One script in one round trip judges a
//! request by all the rates that apply to it and counts it for all or for none; the time is Redis' own. A refusal is
//! remembered until a place can be free, so that a caller far over its limit costs no round trip.
//!
//! **Without Redis** – none is configured, it is unavailable, it does not answer within 5 ms or a third of the time
//! left – each instance admits its share: limit ÷ number of instances, as last reported by Redis or as configured. The
//! share is admitted evenly, with a burst of 5 % of it, or 5 requests if that is more (never more than the share): at
//! most `limit` plus the bursts in a period, `limit` per period in the long run. Rates are then checked one after the
//! other, the narrowest first, so a request that a wider rate refuses has been counted by a narrower one.
//!
//! An answer of Redis that comes too late may have counted its request once more than this instance did. When Redis
//! goes or comes back, requests admitted with it and without it add up for one period.

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

/// Longest wait for Redis, even if the request has more time left.
const LONGEST_WAIT: Duration = Duration::from_millis(5);

/// Period of background upkeep: heartbeats, and removal of idle counters.
const UPKEEP: Duration = Duration::from_secs(1);

/// A request, as the limiter counts it.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The configured name of the caller.
    pub caller: &'a str,
    /// The method, as the IDL spells it.
    pub method: &'a str,
    /// The viewer's user id; 0 for a guest, whose requests no viewer rate counts.
    pub user: i64,
}

/// A refusal by a rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("more than {limit} requests in {period:?} ({} rate)", level.name())]
pub struct Refused {
    /// The requests that the rate counts together.
    pub level: RateLevel,
    /// Its limit.
    pub limit: u32,
    /// Its period.
    pub period: Duration,
    /// Earliest time until a place may be free; other requests may take it first.
    pub retry_after: Duration,
}

/// The reason that a request is admitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Admitted {
    /// No rate applies to it.
    Unlimited,
    /// Admitted by the fleet, at this time of Redis in Unix microseconds.
    Fleet(u64),
    /// Admitted by this instance alone.
    Local,
}

/// The limiter. Resident; dropping it ends its background task.
#[derive(Debug)]
pub struct RateLimiter {
    shared: Arc<Shared>,
    // dropped with the limiter, and ends the task
    _upkeep: JoinSet<()>,
}

#[derive(Debug)]
struct Shared {
    /// Whether there is any rate. Relaxed: a request that sees a change late is equivalent to one that came earlier.
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
    /// One of the metrics is already registered.
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

    /// Replaces the rates. The counters of unchanged rates continue; a rate with only a new limit continues in Redis if
    /// the new limit is counted with the same buckets.
    pub fn configure(&self, conf: &RateConf) {
        let shared = &self.shared;
        let old = shared.rules.load();
        if !old.are(conf) {
            shared.rules.store(Arc::new(old.followed_by(conf)));
            shared.armed.store(!conf.rates.is_empty(), Ordering::Relaxed);
            shared.changed.notify_one();
        }
    }

    /// Whether a request is admitted; counts it if so. Waits at most 5 ms, and at most a third of the time until
    /// `deadline`.
    ///
    /// # Errors
    ///
    /// The rate that refuses it; of several, the one with the longest wait. There is no other error: if Redis fails,
    /// the instance's own share decides.
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

    /// Number of instances that share the limits, as far as is known.
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
            // a change triggers upkeep at once: an instance with rates must be counted
            drop(tokio::time::timeout(UPKEEP, self.changed.notified()).await);
        }
    }
}
