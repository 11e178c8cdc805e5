//! `RateLimitConf`: request rate limits.

use std::time::Duration;

use pilota::FastStr;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    CallerConf, Fault, Key,
    callers::method_exists,
    check::{Check, ms},
    keyed::Keyed,
    span::RawSpan,
};

/// `RateLimitConf`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateConf {
    /// A request must be within every rate that applies to it.
    pub rates: Vec<Rate>,
    /// Number of instances that share the limits, used until Redis reports it: 1 to 10,000.
    pub instances: u32,
}

/// A limit on the requests in any period of this length.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Rate {
    /// The requests that are counted together.
    pub level: RateLevel,
    /// Only requests of this caller. `None`: of any caller, counted per caller (of a viewer: together).
    pub caller: Option<FastStr>,
    /// Only requests for this method. `None`: for any method, counted per method at [`RateLevel::Interface`] and
    /// together elsewhere.
    pub method: Option<FastStr>,
    /// Maximum number of requests per period: 1 to 1,000,000.
    pub limit: u32,
    /// Length of the sliding window: 100 ms to 1 h.
    pub period: Duration,
}

/// The requests that a rate counts together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RateLevel {
    /// All requests of one caller.
    Service,
    /// Requests of one caller to one method.
    Interface,
    /// Requests of one viewer; guests are not counted.
    User,
}

impl RateLevel {
    /// All levels.
    pub const ALL: [Self; 3] = [Self::Service, Self::Interface, Self::User];

    /// The name as configuration and metrics write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Interface => "interface",
            Self::User => "user",
        }
    }
}

/// Request rate limits.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RawRates {
    /// Number of instances that share the limits, used until Redis reports it: 1 to 10000.
    instances: u32,
    /// A request must be within every rate that applies to it.
    rates: Vec<RawRate>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawRate {
    /// `service`: all requests of one caller. `interface`: of one caller to one method. `user`: of one viewer.
    level: RateLevel,
    /// Only requests of this caller; left out: of any caller, counted per caller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    caller: Option<String>,
    /// Only requests for this method, as the IDL spells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    method: Option<String>,
    /// Maximum number of requests per period: 1 to 1000000.
    limit: u32,
    /// Length of the sliding window: 100ms to 1h.
    period: RawSpan,
}

impl Default for RawRates {
    fn default() -> Self {
        Self { instances: 1, rates: Vec::new() }
    }
}

impl Keyed for RateConf {
    const KEY: Key = Key::Rates;
    type Raw = RawRates;

    fn checked(raw: Self::Raw, check: &mut Check<'_>) -> Self {
        let mut rates: Vec<Rate> = Vec::with_capacity(raw.rates.len());
        for (index, rate) in raw.rates.into_iter().enumerate() {
            let at = format!("rates[{index}]");
            let rate = rate.checked(&at, check);
            if let Some(first) = rates.iter().position(|other| other.counts_as(&rate)) {
                check.fail(&at, format!("must not repeat rates[{first}]"), rate.level.name());
            }
            rates.push(rate);
        }
        Self { rates, instances: check.within("instances", raw.instances, 1..=10_000) }
    }
}

impl RateConf {
    /// Checks the rates against the callers: a rate of a caller without an entry would count nothing.
    pub(super) fn check_callers(&self, callers: &CallerConf, faults: &mut Vec<Fault>) {
        for (index, rate) in self.rates.iter().enumerate() {
            let Some(caller) = &rate.caller else { continue };
            if callers.names().all(|name| name != caller.as_str()) {
                let rule = format!("must be a caller, one of {}", callers.names().collect::<Vec<_>>().join(", "));
                faults.push(Fault::new(Key::Rates, format!("rates[{index}].caller"), rule, caller.as_str()));
            }
        }
    }
}

impl Rate {
    /// Whether both count the same requests over the same period.
    fn counts_as(&self, other: &Self) -> bool {
        (self.level, &self.caller, &self.method, self.period)
            == (other.level, &other.caller, &other.method, other.period)
    }
}

impl RawRate {
    fn checked(self, at: &str, check: &mut Check<'_>) -> Rate {
        if let Some(caller) = self.caller.as_ref().filter(|caller| caller.is_empty()) {
            check.fail(format_args!("{at}.caller"), "must not be empty; leave it out for every caller", caller);
        }
        match &self.method {
            Some(method) if self.level == RateLevel::Service => {
                check.fail(format_args!("{at}.method"), "must not be set at level service, only at interface", method);
            }
            Some(method) => method_exists(format_args!("{at}.method"), method, check),
            None => {}
        }
        Rate {
            level: self.level,
            caller: self.caller.map(Into::into),
            method: self.method.map(Into::into),
            limit: check.within(format_args!("{at}.limit"), self.limit, 1..=1_000_000),
            period: check.span(format_args!("{at}.period"), &self.period, ms(100)..=ms(3_600_000)),
        }
    }
}
