//! From JSON to checked mock rules; every fault is reported.

use std::time::Duration;

use serde::Deserialize;

use super::{MockAnswer, MockRule, Mocked};
use crate::{Downstream, ErrorKind, rpc::METHODS};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRules {
    #[serde(default)]
    rules: Vec<RawRule>,
}

#[derive(Debug, Deserialize)]
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
pub(super) fn rules(json: &str) -> Result<Vec<MockRule>, Vec<String>> {
    let mut reader = serde_json::Deserializer::from_str(json);
    let raw: RawRules =
        serde_path_to_error::deserialize(&mut reader).map_err(|e| vec![format!("{}: {}", e.path(), e.inner())])?;
    reader.end().map_err(|error| vec![error.to_string()])?;
    let mut faults = Vec::new();
    let rules = raw.rules.into_iter().enumerate().filter_map(|(at, raw)| rule(at, raw, &mut faults)).collect();
    if faults.is_empty() { Ok(rules) } else { Err(faults) }
}

fn rule(at: usize, raw: RawRule, faults: &mut Vec<String>) -> Option<MockRule> {
    let before = faults.len();
    let service = METHODS.iter().find(|(downstream, _)| downstream.name() == raw.downstream);
    if service.is_none() {
        let known: Vec<_> = METHODS.iter().map(|(downstream, _)| downstream.name()).collect();
        faults.push(one_of(at, "downstream", &known, &raw.downstream));
    }
    let method = service.and_then(|(_, methods)| methods.iter().find(|name| **name == raw.method));
    if let (Some((_, methods)), None) = (service, method) {
        faults.push(one_of(at, "method", methods, &raw.method));
    }
    let percent = u8::try_from(raw.percent).ok().filter(|percent| (1..=100).contains(percent));
    if percent.is_none() {
        faults.push(format!("rules[{at}].percent: 1 to 100, found {}", raw.percent));
    }
    let delay = raw.delay.as_deref().map_or(Some(Duration::ZERO), duration);
    if delay.is_none() {
        faults.push(format!("rules[{at}].delay: at most 10s, as \"20ms\" or \"1s\", found {:?}", raw.delay));
    }
    let error = raw.error.as_deref().and_then(|name| named(at, "error", &ERRORS, name, faults));
    let canned = raw.answer.as_deref().and_then(|name| named(at, "answer", &ANSWERS, name, faults));
    if raw.error.is_some() && raw.answer.is_some() {
        faults.push(format!("rules[{at}]: error or answer, not both"));
    }
    if raw.error.is_none() && raw.answer.is_none() && raw.delay.is_none() {
        faults.push(format!("rules[{at}]: does nothing, name at least one of delay, error, answer"));
    }
    if faults.len() > before {
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

fn named(
    at: usize,
    field: &str,
    known: &[(&'static str, MockAnswer)],
    name: &str,
    faults: &mut Vec<String>,
) -> Option<MockAnswer> {
    let found = known.iter().find(|(known, _)| *known == name).map(|(_, answer)| *answer);
    if found.is_none() {
        let names: Vec<_> = known.iter().map(|(name, _)| *name).collect();
        faults.push(one_of(at, field, &names, name));
    }
    found
}

fn one_of(at: usize, field: &str, known: &[&str], found: &str) -> String {
    format!("rules[{at}].{field}: one of {}, found {found:?}", known.join(", "))
}

fn duration(text: &str) -> Option<Duration> {
    let number = |digits: &str| digits.parse::<u32>().ok().map(u64::from);
    let duration = match text.strip_suffix("ms") {
        Some(digits) => Duration::from_millis(number(digits)?),
        None => Duration::from_secs(number(text.strip_suffix('s')?)?),
    };
    (duration <= LONGEST).then_some(duration)
}
