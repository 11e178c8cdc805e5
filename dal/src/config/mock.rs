//! `livePackDownstreamRpcMock`: the rules of mock answers, which `dal/src/mock.rs` explains.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Key, check::Check, keyed::Keyed, span::RawSpan};
use crate::{
    Downstream, ErrorKind,
    mock::{MockAnswer, MockRule, MockRules, Mocked},
};

/// Mock answers, delays and errors of downstream services. Refused in production unless empty.
#[derive(Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RawMock {
    /// The first that matches a call decides.
    #[schemars(with = "Vec<Map<String, Value>>")]
    rules: Vec<RawRule>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a map")]
struct RawRule {
    downstream: String,
    method: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    users: Option<Vec<i64>>,
    #[serde(default = "all")]
    percent: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    delay: Option<RawSpan>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<String>,
}

const fn all() -> i64 {
    100
}

/// Longer delays than any deadline only hold memory.
const LONGEST: Duration = Duration::from_secs(10);

impl Keyed for MockRules {
    const KEY: Key = Key::Mock;
    type Raw = RawMock;

    fn checked(raw: Self::Raw, check: &mut Check<'_>) -> Self {
        if check.environment.is_prod() && !raw.rules.is_empty() {
            check.fail("rules", "must be empty in production", &raw.rules.len());
        }
        let rules = raw.rules.into_iter().enumerate();
        Self { rules: rules.filter_map(|(index, raw)| raw.checked(&format!("rules[{index}]"), check)).collect() }
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
        let error = named(format!("{at}.error"), &ERRORS, self.error.as_deref(), check);
        let canned = named(format!("{at}.answer"), &ANSWERS, self.answer.as_deref(), check);
        if self.error.is_some() && self.answer.is_some() {
            check.fail(at, "must have error or answer, not both", &self);
        }
        if self.error.is_none() && self.answer.is_none() && self.delay.is_none() {
            check.fail(at, "does nothing; must have at least one of delay, error, answer", &self);
        }
        if check.faults.len() > before {
            return None;
        }
        let mocked = Mocked { delay: delay.unwrap_or_default(), answer: error.or(canned) };
        Some(MockRule { method: method?, users: self.users, percent: u8::try_from(percent).ok()?, mocked })
    }
}

const ERRORS: [(&str, MockAnswer); 4] = [
    ("timeout", MockAnswer::Error(ErrorKind::Timeout)),
    ("unreachable", MockAnswer::Error(ErrorKind::Unreachable)),
    ("remote", MockAnswer::Error(ErrorKind::Remote)),
    ("bad_response", MockAnswer::Error(ErrorKind::BadResponse)),
];

const ANSWERS: [(&str, MockAnswer); 2] = [("empty", MockAnswer::Empty), ("failed", MockAnswer::Failed)];

fn named(
    at: String,
    known: &[(&'static str, MockAnswer)],
    name: Option<&str>,
    check: &mut Check<'_>,
) -> Option<MockAnswer> {
    let name = name?;
    let found = known.iter().find(|(known, _)| *known == name).map(|(_, answer)| *answer);
    if found.is_none() {
        let names: Vec<_> = known.iter().map(|(name, _)| *name).collect();
        check.fail(at, one_of(&names), name);
    }
    found
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
            "rules[2].error: must be one of timeout, unreachable, remote, bad_response, found \"sad\"",
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
}
