//! Parses mock rules from JSON and checks them; every fault is reported.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{MockAnswer, MockRule, Mocked};
use crate::{
    Downstream, ErrorKind,
    json::{self, Flaw},
    rpc::METHODS,
};

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct RawRules {
    rules: Vec<RawRule>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRule {
    downstream: String,
    method: String,
    users: Option<Vec<i64>>,
    #[serde(default = "all")]
    percent: i64,
    delay: Option<String>,
    error: Option<String>,
    answer: Option<String>,
}

const fn all() -> i64 {
    100
}

/// Longer delays than any deadline only hold memory.
const LONGEST: Duration = Duration::from_secs(10);

/// Reads and checks the rules.
pub(super) fn rules(text: &str) -> Result<Vec<MockRule>, Vec<Flaw>> {
    let json::Read { value, flaws, removed } = json::read::<RawRules>(text);
    let (mut all, mut of_rules) = (flaws, Vec::new());
    let rules = value.rules.into_iter().enumerate().filter_map(|(at, raw)| rule(at, raw, &mut of_rules)).collect();
    all.extend(of_rules.into_iter().map(|flaw| Flaw { path: removed.original(&flaw.path), ..flaw }));
    if all.is_empty() { Ok(rules) } else { Err(all) }
}

fn flaw(path: String, rule: impl Into<String>, found: &impl Serialize) -> Flaw {
    Flaw { path, rule: rule.into(), found: serde_json::to_string(found).unwrap_or_default() }
}

fn rule(at: usize, raw: RawRule, flaws: &mut Vec<Flaw>) -> Option<MockRule> {
    let before = flaws.len();
    let field = |name: &str| format!("rules[{at}].{name}");
    let service = METHODS.iter().find(|(downstream, _)| downstream.name() == raw.downstream);
    if service.is_none() {
        let known: Vec<_> = METHODS.iter().map(|(downstream, _)| downstream.name()).collect();
        flaws.push(flaw(field("downstream"), one_of(&known), &raw.downstream));
    }
    let method = service.and_then(|(_, methods)| methods.iter().find(|name| **name == raw.method));
    if let (Some((_, methods)), None) = (service, method) {
        flaws.push(flaw(field("method"), one_of(methods), &raw.method));
    }
    let percent = u8::try_from(raw.percent).ok().filter(|percent| (1..=100).contains(percent));
    if percent.is_none() {
        flaws.push(flaw(field("percent"), "must be 1 to 100", &raw.percent));
    }
    let delay = raw.delay.as_deref().map_or(Some(Duration::ZERO), duration);
    if delay.is_none() {
        flaws.push(flaw(field("delay"), "must be at most 10s, as \"20ms\" or \"1s\"", &raw.delay));
    }
    let error = raw.error.as_deref().and_then(|name| named(field("error"), &ERRORS, name, flaws));
    let canned = raw.answer.as_deref().and_then(|name| named(field("answer"), &ANSWERS, name, flaws));
    let nothing = |rule: &str| Flaw { path: format!("rules[{at}]"), rule: rule.into(), found: String::new() };
    if raw.error.is_some() && raw.answer.is_some() {
        flaws.push(nothing("must have error or answer, not both"));
    }
    if raw.error.is_none() && raw.answer.is_none() && raw.delay.is_none() {
        flaws.push(nothing("does nothing; must have at least one of delay, error, answer"));
    }
    if flaws.len() > before {
        return None;
    }
    let (downstream, _): &(Downstream, _) = service?;
    let mocked = Mocked { delay: delay?, answer: error.or(canned) };
    Some(MockRule { downstream: *downstream, method: method?, users: raw.users, percent: percent?, mocked })
}

const ERRORS: [(&str, MockAnswer); 4] = [
    ("timeout", MockAnswer::Error(ErrorKind::Timeout)),
    ("unreachable", MockAnswer::Error(ErrorKind::Unreachable)),
    ("remote", MockAnswer::Error(ErrorKind::Remote)),
    ("bad_response", MockAnswer::Error(ErrorKind::BadResponse)),
];

const ANSWERS: [(&str, MockAnswer); 2] = [("empty", MockAnswer::Empty), ("failed", MockAnswer::Failed)];

fn named(path: String, known: &[(&'static str, MockAnswer)], name: &str, flaws: &mut Vec<Flaw>) -> Option<MockAnswer> {
    let found = known.iter().find(|(known, _)| *known == name).map(|(_, answer)| *answer);
    if found.is_none() {
        let names: Vec<_> = known.iter().map(|(name, _)| *name).collect();
        flaws.push(flaw(path, one_of(&names), &name));
    }
    found
}

fn one_of(known: &[&str]) -> String {
    format!("must be one of {}", known.join(", "))
}

fn duration(text: &str) -> Option<Duration> {
    let number = |digits: &str| digits.parse::<u32>().ok().map(u64::from);
    let duration = match text.strip_suffix("ms") {
        Some(digits) => Duration::from_millis(number(digits)?),
        None => Duration::from_secs(number(text.strip_suffix('s')?)?),
    };
    (duration <= LONGEST).then_some(duration)
}
