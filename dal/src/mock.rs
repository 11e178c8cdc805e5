//! Mock behaviour of downstream methods, for test environments: `livePackDownstreamRpcMock`.
//!
//! ```json
//! { "rules": [ { "downstream": "product_price", "method": "MGetProductPrice", "users": [101], "percent": 50,
//!                "delay": "20ms", "error": "timeout" } ] }
//! ```
//!
//! The first rule that fits a call decides. `delay` comes first and counts against the deadline; then the call fails
//! with `error` (`timeout`, `unreachable`, `remote`, `bad_response`), or has the mock `answer`, or goes out as usual.
//! Mock answers are `empty` (every key is missing; a question that is not about keys gets the answer that knows
//! nothing) and `failed` (every key failed; a question that is not about keys fails as `remote`). Answers with content
//! come from the commerce world.

mod parse;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use arc_swap::ArcSwap;

use crate::{Call, Downstream, ErrorKind, json::Flaw};

/// The rules, checked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MockRules {
    rules: Vec<MockRule>,
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq)]
struct MockRule {
    downstream: Downstream,
    method: &'static str,
    /// `None`: everybody.
    users: Option<Vec<i64>>,
    /// Share of the calls, 1 to 100; stable by user, or by log id for a guest.
    percent: u8,
    mocked: Mocked,
}

/// The effect of a rule on a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mocked {
    /// Delay before the answer.
    pub(crate) delay: Duration,
    /// `None`: the call goes out as usual.
    pub(crate) answer: Option<MockAnswer>,
}

/// A mock answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MockAnswer {
    /// Every key is missing.
    Empty,
    /// Every key failed.
    Failed,
    /// The call failed.
    Error(ErrorKind),
}

impl MockRules {
    /// Reads the JSON of the module's documentation. Unknown fields are errors.
    ///
    /// # Errors
    ///
    /// All faults, each with the path of the field, the rule and the value found.
    pub fn parse(json: &str) -> Result<Self, Vec<Flaw>> {
        parse::rules(json).map(|rules| Self { rules })
    }

    /// Whether there are no rules. Production refuses any.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }
}

impl MockRule {
    fn fits(&self, downstream: Downstream, method: &str, call: &Call) -> bool {
        let user = call.viewer.user_id;
        let share = || if user == 0 { bucket(call.log_id.as_bytes()) } else { bucket(&user.to_le_bytes()) };
        self.downstream == downstream
            && self.method == method
            && self.users.as_ref().is_none_or(|users| users.contains(&user))
            && (self.percent >= 100 || share() < self.percent)
    }
}

/// The rules in force. Without rules, a call costs one relaxed load.
#[derive(Debug, Default)]
pub(crate) struct MockSwitch {
    armed: AtomicBool,
    rules: ArcSwap<MockRules>,
}

impl MockSwitch {
    /// Replaces the rules. A call under way keeps its rule.
    pub(crate) fn set(&self, rules: MockRules) {
        let armed = !rules.is_empty();
        self.rules.store(Arc::new(rules));
        // relaxed is enough: a call that reads the flag late is equivalent to one that came earlier
        self.armed.store(armed, Ordering::Relaxed);
    }

    /// Whether rules answer every call of all of these methods, so that nothing goes out.
    pub(crate) fn answers_all(&self, downstream: Downstream, methods: &[&str]) -> bool {
        let rules = self.rules.load();
        let first =
            |method: &str| rules.rules.iter().find(|rule| rule.downstream == downstream && *rule.method == *method);
        let answers = |rule: &MockRule| rule.users.is_none() && rule.percent >= 100 && rule.mocked.answer.is_some();
        methods.iter().all(|method| first(method).is_some_and(answers))
    }

    /// The effect of the first matching rule.
    pub(crate) fn find(&self, downstream: Downstream, method: &str, call: &Call) -> Option<Mocked> {
        if !self.armed.load(Ordering::Relaxed) {
            return None;
        }
        self.rules.load().rules.iter().find(|rule| rule.fits(downstream, method, call)).map(|rule| rule.mocked)
    }
}

/// 0 to 99, the same for the same bytes on every machine (FNV-1a).
fn bucket(bytes: &[u8]) -> u8 {
    let hash = bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    // the high bits: the low ones of FNV follow the last byte
    u8::try_from((hash >> 32) % 100).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

    use super::*;

    #[test]
    fn a_share_is_stable_and_about_right() {
        let hit = (1..=10_000_i64).filter(|user| bucket(&user.to_le_bytes()) < 30).count();
        assert!((2_700..3_300).contains(&hit), "{hit}");
        assert_eq!(bucket(b"a log id"), bucket(b"a log id"));
    }

    #[test]
    fn all_faults_are_listed_with_what_is_known() {
        let faults = MockRules::parse(
            r#"{"rules": [
                {"downstream": "product_prize", "method": "MGetProductPrice"},
                {"method": "GetCart"},
                {"downstream": "cart", "method": "GetCart", "percent": 101, "prozent": 1, "delay": "soon", "error": "sad", "answer": "x"}
            ]}"#,
        )
        .unwrap_err();
        let text: String =
            faults.iter().map(|flaw| format!("{}: {}, found {}\n", flaw.path, flaw.rule, flaw.found)).collect();
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
    fn unknown_fields_and_rules_without_effect_are_faults() {
        assert!(MockRules::parse(r#"{"rulez": []}"#).unwrap_err()[0].path.contains("rulez"));
        let idle = r#"{"rules": [{"downstream": "cart", "method": "GetCartCount"}]}"#;
        assert!(MockRules::parse(idle).unwrap_err()[0].rule.contains("does nothing"));
        assert!(MockRules::parse("{}").unwrap().is_empty());
    }
}
