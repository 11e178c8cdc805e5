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
    /// A limit below that of the bulkhead, found by itself.
    pub adaptive: AdaptiveRules,
}

/// Rules of the circuit breaker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BreakerRules {
    /// Whether calls are counted and refused.
    pub enabled: bool,
    /// Share of failed calls in the window from which it opens, 1 to 100.
    pub failure_percent: u8,
    /// Fewest calls in the window that say something, from 1.
    pub min_calls: u32,
    /// Length of the window.
    pub window: Duration,
    /// Time from opening to the first trial call.
    pub open_for: Duration,
    /// Duration from which a call is slow; `None`: none is.
    pub slow_call: Option<Duration>,
    /// Share of slow calls in the window from which it opens, 1 to 100.
    pub slow_percent: u8,
    /// State by hand.
    pub forced: Option<Forced>,
}

/// State of a breaker by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Forced {
    /// No call goes out.
    Open,
    /// All calls go out.
    Closed,
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

/// Rules of the limit that is found by itself.
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
    /// Fewest calls in the window that say something: 1 to 100000.
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
    /// State by hand: `open` refuses every call, `closed` none.
    #[serde(skip_serializing_if = "Option::is_none")]
    forced: Option<Forced>,
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
    forced: Option<Forced>,
    retry: Option<bool>,
    max: Option<usize>,
    wait: Option<Duration>,
    hedge: Option<bool>,
    methods: Option<BTreeSet<&'static str>>,
    adaptive: Option<bool>,
    min: Option<usize>,
}

impl RawFailing {
    /// The fields of the entry at `at`; `service`: the service it speaks of, if it is one.
    pub(super) fn checked(self, at: &str, service: Option<Downstream>, check: &mut Check<'_>) -> FailingEntry {
        let Self { breaker, retry, bulkhead, hedge, adaptive } = self;
        let path = |field: &str| format!("{at}.{field}");
        FailingEntry {
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
        }
    }
}

impl FailingEntry {
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
                forced: self.forced.or(base.forced),
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
mod tests {
    use super::*;
    use crate::config::{DownstreamConf, Environment, Key, check_text};

    fn failing(text: &str, service: Downstream) -> Failing {
        let text = format!(r#"{{"services": {text}}}"#);
        DownstreamConf::parsed(&text).of(service).map(|entry| entry.failing.clone()).unwrap_or_default()
    }

    #[test]
    fn breakers_retries_and_bulkheads_are_shipped_on_and_hedges_and_limits_off() {
        let shipped = failing("{}", Downstream::Cart);
        assert_eq!(
            [shipped.breaker.enabled, shipped.retry.enabled, shipped.hedge.enabled, shipped.adaptive.enabled],
            [true, true, false, false]
        );
        let BreakerRules { failure_percent, min_calls, window, open_for, .. } = shipped.breaker;
        assert_eq!((failure_percent, min_calls, window, open_for), (50, 20, ms(10_000), ms(1_000)));
        assert_eq!(shipped.bulkhead, BulkheadRules { max: 512, wait: ms(5) });
    }

    #[test]
    fn an_entry_overlays_the_one_for_every_service_field_by_field() {
        let text = r#"{
            "*": { "breaker": { "open_for": "2s", "slow_call": "200ms", "forced": "open" }, "bulkhead": { "max": 9 },
                   "hedge": { "enabled": true, "methods": ["MGetProductPrice"] }, "adaptive": { "min": 3 } },
            "cart": { "breaker": { "min_calls": 7, "slow_call": "0ms", "forced": "closed" }, "retry": { "enabled": false },
                      "bulkhead": { "wait": "1ms" }, "hedge": { "methods": [] }, "adaptive": { "enabled": true } } }"#;
        let (cart, price) = (failing(text, Downstream::Cart), failing(text, Downstream::ProductPrice));
        assert_eq!((cart.breaker.min_calls, cart.breaker.open_for), (7, ms(2_000)));
        assert_eq!((cart.breaker.slow_call, price.breaker.slow_call), (None, Some(ms(200))));
        assert_eq!((cart.breaker.forced, price.breaker.forced), (Some(Forced::Closed), Some(Forced::Open)));
        assert_eq!((cart.retry.enabled, price.retry.enabled), (false, true));
        assert_eq!(cart.bulkhead, BulkheadRules { max: 9, wait: ms(1) });
        assert_eq!((cart.hedge.enabled, cart.hedge.methods.len()), (true, 0));
        assert_eq!(price.hedge.methods, BTreeSet::from(["MGetProductPrice"]));
        assert_eq!(cart.adaptive, AdaptiveRules { enabled: true, min: 3 });
    }

    #[test]
    fn every_fault_is_told_with_path_rule_and_value() {
        let text = r#"{"services": { "*": { "bulkhead": { "max": 0 } }, "cart": {
            "breaker": { "failure_percent": 101, "min_calls": 0, "window": "10ms", "open_for": "soon", "slow_call": "1h",
                         "slow_percent": 0, "forced": "ajar", "opened": true },
            "retry": { "enable": true }, "bulkhead": { "max": 100001, "wait": "2s" },
            "hedge": { "methods": ["MGetProductPrice"] }, "adaptive": { "min": 0 } } }}"#;
        let faults = check_text(Key::Downstream, Environment::Dev, text);
        let told: Vec<_> = faults.iter().map(ToString::to_string).collect();
        let told = told.join("\n");
        for part in [
            "services.*.bulkhead.max: must be 1 to 100000, found 0",
            "services.cart.breaker.failure_percent: must be 1 to 100, found 101",
            "services.cart.breaker.min_calls: must be 1 to 100000, found 0",
            "services.cart.breaker.window: must be at least 100ms, found \"10ms\"",
            "services.cart.breaker.open_for: must be a whole number with a unit",
            "services.cart.breaker.slow_call: must be at most 10s, found \"1h\"",
            "services.cart.breaker.slow_percent: must be 1 to 100, found 0",
            "services.cart.breaker.forced: unknown variant `ajar`",
            "services.cart.breaker.opened: unknown field `opened`",
            "services.cart.retry.enable: unknown field `enable`",
            "services.cart.bulkhead.max: must be 1 to 100000, found 100001",
            "services.cart.bulkhead.wait: must be at most 1s, found \"2s\"",
            "services.cart.hedge.methods[0]: must be one of GetCartCount, MCheckInCart, found \"MGetProductPrice\"",
            "services.cart.adaptive.min: must be 1 to 100000, found 0",
        ] {
            assert!(told.contains(part), "{part} is not in\n{told}");
        }
    }
}
