//! `livePackDownstreamRpcMock`: the rules of mock answers, which `dal/src/mock.rs` explains.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Key, check::Check, keyed::Keyed, span::RawSpan};
use crate::{
    Downstream, ErrorKind,
    mock::{Content, MockAnswer, MockRule, MockRules, Recorded},
    model::RouteGroup,
};

/// Mock answers, delays and errors of downstream services. Refused in production unless empty.
#[derive(Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RawMock {
    /// Instant of a recorded call, RFC 3339: the `--clock` that reproduces its answer. Written by `live-pack record`; a
    /// file written by hand has none. While it is set, Redis is not asked, and no service is waited for at the start.
    #[serde(skip_serializing_if = "Option::is_none")]
    recorded_at: Option<String>,
    /// URL of the picture server during the recorded call. Read at the start, and used if no other is set.
    #[serde(skip_serializing_if = "String::is_empty")]
    pictures: String,
    /// The values that the recorded call found in Redis, by key: pins, live stock, views of banners.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    redis: BTreeMap<String, String>,
    /// The first that matches a call decides.
    rules: Vec<RawRule>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a map")]
struct RawRule {
    /// The service, such as `product_price`.
    downstream: String,
    /// The method, as the IDL of the service spells it.
    method: String,
    /// Only calls for these users. Default: all.
    #[serde(skip_serializing_if = "Option::is_none")]
    users: Option<Vec<i64>>,
    /// Only calls of requests for these rooms; a request for a batch of rooms is for none of them. Default: all.
    #[serde(skip_serializing_if = "Option::is_none")]
    rooms: Option<Vec<i64>>,
    /// Only calls for viewers of these route groups: US, EU, SEA, JP, LATAM. Default: all.
    #[serde(skip_serializing_if = "Option::is_none")]
    route_groups: Option<Vec<String>>,
    /// Share of calls, stable by user, by log id for a guest: 1 to 100.
    #[serde(default = "all")]
    percent: i64,
    /// Delay before the answer, at most 10s; counts against the deadline.
    #[serde(skip_serializing_if = "Option::is_none")]
    delay: Option<RawSpan>,
    /// Largest deviation from the delay, at most the delay: drawn evenly, and the same for the same log id.
    #[serde(skip_serializing_if = "Option::is_none")]
    spread: Option<RawSpan>,
    /// The failure of the call: timeout, unreachable, broken, remote, bad_response, open or saturated.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    /// `"empty"`: every key is missing. `"failed"`: every key failed. An object: the answer by the IDL of the service; in
    /// the field with the values of a batch, the key `"*"` stands for every key without an entry of its own, and
    /// `BaseResp` may be left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<Value>,
}

const fn all() -> i64 {
    100
}

/// Longest delay: one beyond every deadline would only hold memory.
const LONGEST: Duration = Duration::from_secs(10);

impl Keyed for MockRules {
    const KEY: Key = Key::Mock;
    type Raw = RawMock;

    fn checked(raw: Self::Raw, check: &mut Check<'_>) -> Self {
        let RawMock { recorded_at, pictures, redis, rules } = raw;
        if check.environment.is_prod() && !rules.is_empty() {
            check.fail("rules", "must be empty in production", &rules.len());
        }
        if let Some(at) = &recorded_at {
            if check.environment.is_prod() {
                check.fail("recorded_at", "must not be set in production", at);
            }
            if at.parse::<Timestamp>().is_err() {
                check.fail("recorded_at", "must be RFC 3339, such as 2026-11-20T12:00:00Z", at);
            }
        } else {
            let rule = "must not be set without recorded_at";
            check.unset((!pictures.is_empty()).then_some(&pictures), "pictures", rule);
            check.unset((!redis.is_empty()).then_some(&redis), "redis", rule);
        }
        let rules = rules.into_iter().enumerate();
        Self {
            rules: rules.filter_map(|(index, raw)| raw.checked(&format!("rules[{index}]"), check)).collect(),
            recorded: recorded_at.map(|_| Recorded { pictures, redis: Arc::new(redis) }),
        }
    }
}

#[cfg(test)]
impl MockRules {
    /// The rules of a good text.
    pub(crate) fn parsed(text: &str) -> Self {
        super::keyed::parsed(text)
    }
}

impl RawRule {
    /// `None` if it has a fault.
    fn checked(self, at: &str, check: &mut Check<'_>) -> Option<MockRule> {
        let before = check.faults.len();
        let service = Downstream::named(&self.downstream);
        if service.is_none() {
            let known = Downstream::ALL.map(Downstream::name);
            check.fail(format_args!("{at}.downstream"), one_of(&known), &self.downstream);
        }
        let method = service.and_then(|service| service.method(&self.method));
        if let (Some(service), None) = (service, method) {
            let known: Vec<_> = service.methods().iter().map(|method| method.name()).collect();
            check.fail(format_args!("{at}.method"), one_of(&known), &self.method);
        }
        let percent = check.within(format_args!("{at}.percent"), self.percent, 1..=100);
        let delay = check.said(format_args!("{at}.delay"), self.delay.as_ref(), Duration::ZERO..=LONGEST);
        let spread_at = format!("{at}.spread");
        let spread = if self.delay.is_some() {
            check.said(spread_at, self.spread.as_ref(), Duration::ZERO..=delay.unwrap_or(LONGEST))
        } else {
            check.unset(self.spread.as_ref(), spread_at, "must not be set without delay");
            None
        };
        let error = self.error.as_deref().and_then(|name| {
            let found = named(format!("{at}.error"), &ErrorKind::MOCKED.map(|kind| (kind.name(), kind)), name, check);
            found.map(MockAnswer::Error)
        });
        if self.error.is_some() && self.answer.is_some() {
            check.fail(at, "must have error or answer, not both", &self);
        }
        if self.error.is_none() && self.answer.is_none() && self.delay.is_none() {
            check.fail(at, "does nothing; must have at least one of delay, error, answer", &self);
        }
        let empty = [
            ("users", self.users.as_ref().is_some_and(Vec::is_empty)),
            ("rooms", self.rooms.as_ref().is_some_and(Vec::is_empty)),
            ("route_groups", self.route_groups.as_ref().is_some_and(Vec::is_empty)),
        ];
        for (name, _) in empty.into_iter().filter(|(_, is_empty)| *is_empty) {
            check.fail(format_args!("{at}.{name}"), "must not be empty; leave it out for all", &[(); 0]);
        }
        let route_groups = self.route_groups.as_deref().map(|names| groups(at, names, check));
        let canned = self.answer.and_then(|answer| {
            let at = format!("{at}.answer");
            match answer {
                Value::Object(content) => {
                    let content = Content::checked(method?, content);
                    let content = content.map_err(|faults| {
                        faults.iter().for_each(|fault| check.fault(format_args!("{at}.{}", fault.at), &fault.what));
                    });
                    content.ok().map(|content| MockAnswer::Content(Arc::new(content)))
                }
                Value::String(name) => named(at, &ANSWERS, &name, check),
                other => {
                    check.fail(at, "must be empty, failed, or an object by the IDL", &other);
                    None
                }
            }
        });
        if check.faults.len() > before {
            return None;
        }
        Some(MockRule {
            method: method?,
            users: self.users,
            rooms: self.rooms,
            route_groups,
            percent: u8::try_from(percent).ok()?,
            delay: delay.unwrap_or_default(),
            spread: spread.unwrap_or_default(),
            answer: error.or(canned),
        })
    }
}

const ANSWERS: [(&str, MockAnswer); 2] = [("empty", MockAnswer::Empty), ("failed", MockAnswer::Failed)];

/// The value of a name; `None` after a fault.
fn named<T: Clone>(at: String, known: &[(&'static str, T)], name: &str, check: &mut Check<'_>) -> Option<T> {
    let found = known.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
    if found.is_none() {
        let names: Vec<_> = known.iter().map(|(name, _)| *name).collect();
        check.fail(at, one_of(&names), name);
    }
    found
}

fn groups(at: &str, names: &[String], check: &mut Check<'_>) -> Vec<RouteGroup> {
    let known = RouteGroup::ALL.map(|group| (group.name(), group));
    let found = names
        .iter()
        .enumerate()
        .filter_map(|(index, name)| named(format!("{at}.route_groups[{index}]"), &known, name, check));
    found.collect()
}

fn one_of(known: &[&str]) -> String {
    format!("must be one of {}", known.join(", "))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing, reason = "tests")]

    use super::*;
    use crate::config::{Environment, check_text};

    fn faults(text: &str) -> Vec<String> {
        check_text(Key::Mock, Environment::Dev, text).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn all_faults_are_listed_with_what_is_known() {
        let text = faults(
            r#"{"rules": [
                {"downstream": "product_prize", "method": "MGetProductPrice"},
                {"method": "GetCart"},
                {"downstream": "cart", "method": "GetCart", "percent": 101, "prozent": 1, "delay": "soon", "error": "sad", "answer": "x"}
            ]}"#,
        )
        .join("\n");
        for part in [
            "rules[0].downstream: must be one of product_relation",
            "found \"product_prize\"",
            "rules[2].method: must be one of GetCartCount, MCheckInCart",
            "rules[2].percent: must be 1 to 100, found 101",
            "rules[2].delay",
            "rules[2].error: must be one of timeout, unreachable, broken, remote, bad_response, open, saturated, found \"sad\"",
            "rules[2].answer: must be one of empty, failed, found \"x\"",
            "rules[2]: must have error or answer, not both",
            "rules[1]: missing field `downstream`",
            "rules[2].prozent: unknown field `prozent`",
        ] {
            assert!(text.contains(part), "{part} is not in\n{text}");
        }
    }

    #[test]
    fn unknown_fields_long_delays_and_rules_without_effect_are_faults() {
        assert!(faults(r#"{"rulez": []}"#)[0].contains("rulez"));
        let rule = |more: &str| format!(r#"{{"rules": [{{"downstream": "cart", "method": "GetCartCount"{more}}}]}}"#);
        assert!(faults(&rule(""))[0].contains("does nothing"));
        assert!(faults(&rule(r#", "delay": "11s""#))[0].contains("rules[0].delay: must be at most 10s"));
        assert_eq!(faults(&rule(r#", "delay": "20ms""#)), [""; 0]);
        assert!(MockRules::parsed("{}").is_empty());
    }

    #[test]
    fn content_is_checked_against_the_idl_and_each_fault_has_its_path() {
        let text = faults(
            r#"{"rules": [
                {"downstream": "product_price", "method": "MGetProductPrice", "answer": {"products": {"*": {"currency": 5}, "one": {}}}},
                {"downstream": "cart", "method": "GetCartCount", "answer": 7},
                {"downstream": "cart", "method": "GetCartCount", "answer": {"number": 7}, "route_groups": ["EU", "MOON"]},
                {"downstream": "cart", "method": "GetCartCount", "delay": "10ms", "spread": "20ms"},
                {"downstream": "cart", "method": "GetCartCount", "answer": "empty", "spread": "20ms", "rooms": []}
            ]}"#,
        )
        .join("\n");
        for part in [
            "rules[0].answer.products[\"*\"].currency: must be text, not 5",
            "rules[0].answer.products[\"one\"]: must have a whole number or \"*\" as its key",
            "rules[1].answer: must be empty, failed, or an object by the IDL, found 7",
            "rules[2].answer.number: GetCartCountResponse has no such field",
            "rules[2].route_groups[1]: must be one of US, EU, SEA, JP, LATAM, found \"MOON\"",
            "rules[3].spread: must be at most 10ms",
            "rules[4].spread: must not be set without delay, found \"20ms\"",
            "rules[4].rooms: must not be empty; leave it out for all, found []",
        ] {
            assert!(text.contains(part), "{part} is not in\n{text}");
        }
    }

    #[test]
    fn a_recording_is_refused_in_production_and_its_parts_without_its_instant() {
        let recorded =
            r#"{"recorded_at": "2026-11-20T12:00:00Z", "redis": {"lp:stock:1": "5"}, "pictures": "http://x"}"#;
        assert_eq!(faults(recorded), [""; 0]);
        assert_eq!(MockRules::parsed(recorded).recorded.map(|recorded| recorded.redis.len()), Some(1));
        let refused = check_text(Key::Mock, Environment::Prod, recorded);
        assert_eq!(refused.iter().map(|fault| fault.path.as_str()).collect::<Vec<_>>(), ["recorded_at"]);
        assert!(faults(r#"{"recorded_at": "noon"}"#)[0].contains("recorded_at: must be RFC 3339"));
        assert!(faults(r#"{"redis": {"a": "b"}}"#)[0].contains("redis: must not be set without recorded_at"));
    }
}
