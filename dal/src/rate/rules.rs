//! The rates in force: those that apply to a request, and the name under which each counts it.

use std::{cmp::Reverse, fmt::Write as _, sync::Arc, time::Duration};

use smallvec::SmallVec;

use super::{Asked, Refused, local::Local, refusals::Refusals};
use crate::config::{Rate, RateConf, RateLevel};

/// All rates, the narrowest first.
#[derive(Debug, Default)]
pub(super) struct Rules {
    conf: Option<RateConf>,
    hasher: ahash::RandomState,
    counters: Vec<Arc<Counter>>,
    /// The configured number of instances.
    pub(super) instances: u32,
    pub(super) refusals: Refusals,
}

/// One rate.
#[derive(Debug)]
pub(super) struct Counter {
    pub(super) rate: Rate,
    /// A hash of the rate.
    seed: u64,
    pub(super) local: Local,
}

/// A rate that applies to a request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Applied<'a> {
    pub(super) counter: &'a Counter,
    /// Identity of the counter: equal only for the same rate and the same group of requests, up to collisions of a
    /// 64-bit hash that callers cannot predict.
    pub(super) id: u64,
}

/// The resolution at which Redis counts a rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Grain {
    /// Width of a bucket in microseconds.
    pub(super) width: u64,
    /// Number of buckets in a period.
    pub(super) buckets: u64,
}

/// Buckets per period. One more than these must hold at most the limit, which bounds every window and loses half a
/// percent.
const BUCKETS: u64 = 200;

impl Rules {
    /// Whether these are the rules of that configuration.
    pub(super) fn are(&self, conf: &RateConf) -> bool {
        self.conf.as_ref() == Some(conf)
    }

    /// The rules of a configuration, with the existing counters of unchanged rates.
    pub(super) fn followed_by(&self, conf: &RateConf) -> Self {
        let counter = |rate: &Rate| {
            let kept = self.counters.iter().find(|counter| counter.rate == *rate);
            kept.map_or_else(|| Arc::new(Counter::new(rate.clone(), &self.hasher)), Arc::clone)
        };
        let mut counters: Vec<_> = conf.rates.iter().map(counter).collect();
        counters.sort_by_key(|counter| Reverse(counter.rate.level));
        let (hasher, instances) = (self.hasher.clone(), conf.instances);
        Self { conf: Some(conf.clone()), hasher, counters, instances, refusals: Refusals::default() }
    }

    pub(super) fn counters(&self) -> impl Iterator<Item = &Counter> {
        self.counters.iter().map(AsRef::as_ref)
    }

    /// The rates that apply to a request.
    pub(super) fn applied(&self, asked: &Asked<'_>) -> SmallVec<[Applied<'_>; 4]> {
        let applied = self.counters().filter(|counter| counter.applies(asked));
        let id = |counter: &Counter| self.hasher.hash_one((counter.seed, counter.together(asked)));
        applied.map(|counter| Applied { counter, id: id(counter) }).collect()
    }

    /// A remembered refusal that still holds.
    pub(super) fn remembered(&self, applied: &[Applied<'_>]) -> Option<Refused> {
        applied.iter().find_map(|Applied { counter, id }| Some(counter.refused(self.refusals.holds(*id)?)))
    }
}

impl Counter {
    pub(super) fn new(rate: Rate, hasher: &ahash::RandomState) -> Self {
        Self { seed: hasher.hash_one(&rate), rate, local: Local::default() }
    }

    fn applies(&self, asked: &Asked<'_>) -> bool {
        let Rate { level, caller, method, .. } = &self.rate;
        caller.as_ref().is_none_or(|caller| caller.as_str() == asked.caller)
            && method.as_ref().is_none_or(|method| method.as_str() == asked.method)
            && (*level != RateLevel::User || asked.user != 0)
    }

    /// The group of requests that is counted together.
    const fn together<'a>(&self, asked: &Asked<'a>) -> (&'a str, &'a str, i64) {
        match self.rate.level {
            RateLevel::Service => (asked.caller, "", 0),
            RateLevel::Interface => (asked.caller, asked.method, 0),
            RateLevel::User => ("", "", asked.user),
        }
    }

    /// The key in Redis: `{lp:rate}:` and level, milliseconds of the period, microseconds of a bucket, method, viewer
    /// and caller. The part in braces puts all keys on one node of a cluster. `=` marks fields that the rate sets and
    /// `*` those it does not, or two rates would count under one key; the caller comes last because its name may hold
    /// anything.
    pub(super) fn key(&self, asked: &Asked<'_>) -> String {
        let Rate { level, caller, method, period, .. } = &self.rate;
        let (of_caller, of_method, user) = self.together(asked);
        let mut key = String::with_capacity(96);
        let wrote = write!(key, "{{lp:rate}}:{}:{}:{}:", level.name(), period.as_millis(), self.grain().width)
            .and_then(|()| part(&mut key, method.as_deref(), of_method))
            .and_then(|()| write!(key, ":{user}:"))
            .and_then(|()| part(&mut key, caller.as_deref(), of_caller));
        debug_assert!(wrote.is_ok(), "text takes all that is written to it");
        key
    }

    /// Small limits are counted to the microsecond, which is exact and takes less room than buckets would.
    pub(super) fn grain(&self) -> Grain {
        let micros = u64::try_from(self.rate.period.as_micros()).unwrap_or(u64::MAX);
        if u64::from(self.rate.limit) <= BUCKETS {
            Grain { width: 1, buckets: micros }
        } else {
            Grain { width: (micros / BUCKETS).max(1), buckets: BUCKETS }
        }
    }

    pub(super) const fn refused(&self, retry_after: Duration) -> Refused {
        Refused { level: self.rate.level, limit: self.rate.limit, period: self.rate.period, retry_after }
    }
}

fn part(key: &mut String, named: Option<&str>, together: &str) -> std::fmt::Result {
    match named {
        Some(named) => write!(key, "={named}"),
        None => write!(key, "*{together}"),
    }
}
