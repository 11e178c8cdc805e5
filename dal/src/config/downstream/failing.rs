//! Behaviour of calls when a service fails: breaker, retries, bulkhead, hedges, adaptive limit. An entry overlays `*`
//! field by field.

use std::{collections::BTreeSet, time::Duration};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Downstream, DownstreamMethod,
    config::{
        check::{Check, ms},
        span::RawSpan,
    },
};

/// Behaviour of the calls of one service when it fails.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Failing {
    /// The circuit breaker.
    pub breaker: BreakerRules,
    /// Second attempts after a failure.
    pub retry: RetryRules,
    /// Limit of calls in flight.
    pub bulkhead: BulkheadRules,
    /// Second attempts before an answer.
    pub hedge: HedgeRules,
    /// Adaptive limit, below that of the bulkhead.
    pub adaptive: AdaptiveRules,
}

/// Rules of the circuit breaker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BreakerRules {
    /// Whether calls are counted and refused.
    pub enabled: bool,
    /// Share of failed calls in the window from which it opens, 1 to 100.
    pub failure_percent: u8,
    /// Minimum number of calls in the window for a decision, from 1.
    pub min_calls: u32,
    /// Length of the window.
    pub window: Duration,
    /// Time from opening to the first trial call.
    pub open_for: Duration,
    /// Duration from which a call is slow; `None`: none is.
    pub slow_call: Option<Duration>,
    /// Share of slow calls in the window from which it opens, 1 to 100.
    pub slow_percent: u8,
    /// Forced state.
    pub forced: Option<Forced>,
}

/// Forced state of a breaker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Forced {
    /// No call goes out.
    Open,
    /// All calls go out.
    Closed,
}

/// Forced state of a breaker, as configuration spells it.
#[derive(Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum ForcedWord {
    /// No call goes out.
    Open,
    /// All calls go out.
    Closed,
    /// The breaker decides, whatever the entry `*` says.
    Off,
}

impl ForcedWord {
    const fn state(self) -> Option<Forced> {
        match self {
            Self::Open => Some(Forced::Open),
            Self::Closed => Some(Forced::Closed),
            Self::Off => None,
        }
    }
}

/// Rules of second attempts after a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryRules {
    /// Whether retries are made.
    pub enabled: bool,
}

/// Rules of the limit of calls in flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BulkheadRules {
    /// Maximum number of calls in flight, from 1.
    pub max: usize,
    /// Longest wait for a place.
    pub wait: Duration,
}

/// Rules of second attempts before an answer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HedgeRules {
    /// Whether hedges are made.
    pub enabled: bool,
    /// Names of the methods that have them.
    pub methods: BTreeSet<&'static str>,
}

/// Rules of the adaptive limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AdaptiveRules {
    /// Whether the limit adapts.
    pub enabled: bool,
    /// Its least value, from 1; never above the size of the bulkhead.
    pub min: usize,
}

impl Default for BreakerRules {
    fn default() -> Self {
        Self {
            enabled: true,
            failure_percent: 50,
            min_calls: 20,
            window: ms(10_000),
            open_for: ms(1_000),
            slow_call: None,
            slow_percent: 50,
            forced: None,
        }
    }
}

impl Default for RetryRules {
    fn default() -> Self {
        Self { enabled: true }
    }
}

impl Default for BulkheadRules {
    fn default() -> Self {
        Self { max: 512, wait: ms(5) }
    }
}

impl Default for AdaptiveRules {
    fn default() -> Self {
        Self { enabled: false, min: 8 }
    }
}

/// Rules of the circuit breaker, which refuses calls of a failing service without making them.
#[derive(Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RawBreaker {
    /// Whether calls are counted and refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    enabled: Option<bool>,
    /// Share of failed calls in the window from which it opens: 1 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure_percent: Option<u8>,
    /// Minimum number of calls in the window for a decision: 1 to 100000.
    #[serde(skip_serializing_if = "Option::is_none")]
    min_calls: Option<u32>,
    /// Length of the window: 100ms to 1m.
    #[serde(skip_serializing_if = "Option::is_none")]
    window: Option<RawSpan>,
    /// Time from opening to the first trial call: 10ms to 1m.
    #[serde(skip_serializing_if = "Option::is_none")]
    open_for: Option<RawSpan>,
    /// Duration from which a call is slow: 1ms to 10s; 0ms: none is.
    #[serde(skip_serializing_if = "Option::is_none")]
    slow_call: Option<RawSpan>,
    /// Share of slow calls in the window from which it opens: 1 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    slow_percent: Option<u8>,
    /// Forced state: `open` refuses every call, `closed` none; `off`: the breaker decides, whatever `*` says.
    #[serde(skip_serializing_if = "Option::is_none")]
    forced: Option<ForcedWord>,
}

/// Rules of retries: a failed call is made again on another instance.
#[derive(Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RawRetry {
    /// Whether calls that could not connect, or whose connection broke, are made again.
    #[serde(skip_serializing_if = "Option::is_none")]
    enabled: Option<bool>,
}

/// Limit of calls in flight, per method and route group or lane.
#[derive(Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RawBulkhead {
    /// Maximum number of calls in flight: 1 to 100000.
    #[serde(skip_serializing_if = "Option::is_none")]
    max: Option<usize>,
    /// Longest wait for a place: 0ms to 1s.
    #[serde(skip_serializing_if = "Option::is_none")]
    wait: Option<RawSpan>,
}

/// Rules of hedges: a call is made a second time before the first has answered.
#[derive(Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RawHedge {
    /// Whether hedges are made.
    #[serde(skip_serializing_if = "Option::is_none")]
    enabled: Option<bool>,
    /// Names of the methods, as the service's IDL spells them.
    #[serde(skip_serializing_if = "Option::is_none")]
    methods: Option<Vec<String>>,
}

/// A limit of calls in flight that falls with time-outs and overload answers and grows with good ones.
#[derive(Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RawAdaptive {
    /// Whether the limit adapts.
    #[serde(skip_serializing_if = "Option::is_none")]
    enabled: Option<bool>,
    /// Its least value: 1 to 100000. Its largest is `bulkhead.max`.
    #[serde(skip_serializing_if = "Option::is_none")]
    min: Option<usize>,
}

/// The five parts of an entry.
#[derive(Default)]
pub(super) struct RawFailing {
    pub(super) breaker: RawBreaker,
    pub(super) retry: RawRetry,
    pub(super) bulkhead: RawBulkhead,
    pub(super) hedge: RawHedge,
    pub(super) adaptive: RawAdaptive,
}

/// The checked fields of an entry; `None`: left out.
#[derive(Default)]
pub(super) struct FailingEntry {
    breaker: Option<bool>,
    failure_percent: Option<u8>,
    min_calls: Option<u32>,
    window: Option<Duration>,
    open_for: Option<Duration>,
    slow_call: Option<Duration>,
    slow_percent: Option<u8>,
    forced: Option<ForcedWord>,
    retry: Option<bool>,
    max: Option<usize>,
    wait: Option<Duration>,
    hedge: Option<bool>,
    methods: Option<BTreeSet<&'static str>>,
    adaptive: Option<bool>,
    min: Option<usize>,
}

impl RawFailing {
    /// The fields of the entry at `at`, which overlays `base`; `service`: its service; `None` for `*`.
    pub(super) fn checked(
        self,
        at: &str,
        service: Option<Downstream>,
        base: &FailingEntry,
        check: &mut Check<'_>,
    ) -> FailingEntry {
        let Self { breaker, retry, bulkhead, hedge, adaptive } = self;
        let path = |field: &str| format!("{at}.{field}");
        let entry = FailingEntry {
            breaker: breaker.enabled,
            failure_percent: breaker
                .failure_percent
                .map(|it| check.within(path("breaker.failure_percent"), it, 1..=100)),
            min_calls: breaker.min_calls.map(|it| check.within(path("breaker.min_calls"), it, 1..=100_000)),
            window: check.said(path("breaker.window"), breaker.window.as_ref(), ms(100)..=ms(60_000)),
            open_for: check.said(path("breaker.open_for"), breaker.open_for.as_ref(), ms(10)..=ms(60_000)),
            slow_call: check.said(path("breaker.slow_call"), breaker.slow_call.as_ref(), ms(0)..=ms(10_000)),
            slow_percent: breaker.slow_percent.map(|it| check.within(path("breaker.slow_percent"), it, 1..=100)),
            forced: breaker.forced,
            retry: retry.enabled,
            max: bulkhead.max.map(|it| check.within(path("bulkhead.max"), it, 1..=100_000)),
            wait: check.said(path("bulkhead.wait"), bulkhead.wait.as_ref(), ms(0)..=ms(1_000)),
            hedge: hedge.enabled,
            methods: hedge.methods.map(|names| methods(&path("hedge.methods"), &names, service, check)),
            adaptive: adaptive.enabled,
            min: adaptive.min.map(|it| check.within(path("adaptive.min"), it, 1..=100_000)),
        };
        entry.check_together(base, path, check);
        entry
    }
}

impl FailingEntry {
    /// Checks fields that only make sense beside others, of this entry or of `base`.
    fn check_together(&self, base: &Self, path: impl Fn(&str) -> String, check: &mut Check<'_>) {
        if self.hedge == Some(true) && self.methods.is_none() && base.methods.is_none() {
            check.fail(path("hedge.methods"), "must be set while hedge.enabled is true", "nothing");
        }
        let shipped = Failing::default();
        let is_adaptive = self.adaptive.or(base.adaptive).unwrap_or(shipped.adaptive.enabled);
        let says_one = self.adaptive.is_some() || self.min.is_some() || self.max.is_some();
        let min = self.min.or(base.min).unwrap_or(shipped.adaptive.min);
        let max = self.max.or(base.max).unwrap_or(shipped.bulkhead.max);
        if is_adaptive && says_one && min > max {
            check.fail(path("adaptive.min"), format!("must be at most bulkhead.max, which is {max}"), &min);
        }
    }

    /// The rules: the field of this entry, else that of `base`, else the shipped one.
    pub(super) fn over(self, base: &Self) -> Failing {
        let shipped = Failing::default();
        let slow_call = self.slow_call.or(base.slow_call).filter(|limit| !limit.is_zero());
        Failing {
            breaker: BreakerRules {
                enabled: self.breaker.or(base.breaker).unwrap_or(shipped.breaker.enabled),
                failure_percent: self
                    .failure_percent
                    .or(base.failure_percent)
                    .unwrap_or(shipped.breaker.failure_percent),
                min_calls: self.min_calls.or(base.min_calls).unwrap_or(shipped.breaker.min_calls),
                window: self.window.or(base.window).unwrap_or(shipped.breaker.window),
                open_for: self.open_for.or(base.open_for).unwrap_or(shipped.breaker.open_for),
                slow_call,
                slow_percent: self.slow_percent.or(base.slow_percent).unwrap_or(shipped.breaker.slow_percent),
                forced: self.forced.or(base.forced).and_then(ForcedWord::state),
            },
            retry: RetryRules { enabled: self.retry.or(base.retry).unwrap_or(shipped.retry.enabled) },
            bulkhead: BulkheadRules {
                max: self.max.or(base.max).unwrap_or(shipped.bulkhead.max),
                wait: self.wait.or(base.wait).unwrap_or(shipped.bulkhead.wait),
            },
            hedge: HedgeRules {
                enabled: self.hedge.or(base.hedge).unwrap_or(shipped.hedge.enabled),
                methods: self.methods.or_else(|| base.methods.clone()).unwrap_or_default(),
            },
            adaptive: AdaptiveRules {
                enabled: self.adaptive.or(base.adaptive).unwrap_or(shipped.adaptive.enabled),
                min: self.min.or(base.min).unwrap_or(shipped.adaptive.min),
            },
        }
    }
}

/// Methods of `service`, or of any service without one.
fn methods(at: &str, names: &[String], service: Option<Downstream>, check: &mut Check<'_>) -> BTreeSet<&'static str> {
    let known: Vec<&str> = match service {
        Some(service) => service.methods().iter().map(|method| method.name()).collect(),
        None => DownstreamMethod::ALL.iter().map(|method| method.name()).collect(),
    };
    let mut found = BTreeSet::new();
    for (index, name) in names.iter().enumerate() {
        let method = DownstreamMethod::ALL.iter().map(|method| method.name()).find(|known| known == name);
        match method.filter(|name| known.contains(name)) {
            Some(name) => drop(found.insert(name)),
            None => check.fail(format_args!("{at}[{index}]"), format!("must be one of {}", known.join(", ")), name),
        }
    }
    found
}

#[cfg(test)]
mod tests;
