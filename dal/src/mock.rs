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

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use arc_swap::ArcSwap;
use live_pack_engine::hash::{FNV_BASIS, fnv1a};

use crate::{Call, Downstream, DownstreamMethod, ErrorKind};

/// The rules; configuration has checked them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MockRules {
    pub(crate) rules: Vec<MockRule>,
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MockRule {
    pub(crate) method: DownstreamMethod,
    /// `None`: everybody.
    pub(crate) users: Option<Vec<i64>>,
    /// Share of the calls, 1 to 100; stable by user, or by log id for a guest.
    pub(crate) percent: u8,
    pub(crate) mocked: Mocked,
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
    /// Whether there are no rules. Production refuses any.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }
}

impl MockRule {
    fn fits(&self, method: DownstreamMethod, call: &Call) -> bool {
        let user = call.viewer.user_id;
        let share = || if user == 0 { bucket(call.log_id.as_bytes()) } else { bucket(&user.to_le_bytes()) };
        self.method == method
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

    /// Whether rules answer every call of all methods of a service, so that nothing goes out.
    pub(crate) fn answers_all(&self, service: Downstream) -> bool {
        let rules = self.rules.load();
        let first = |method: &DownstreamMethod| rules.rules.iter().find(|rule| rule.method == *method);
        let answers = |rule: &MockRule| rule.users.is_none() && rule.percent >= 100 && rule.mocked.answer.is_some();
        service.methods().iter().all(|method| first(method).is_some_and(answers))
    }

    /// The effect of the first matching rule.
    pub(crate) fn find(&self, method: DownstreamMethod, call: &Call) -> Option<Mocked> {
        if !self.armed.load(Ordering::Relaxed) {
            return None;
        }
        self.rules.load().rules.iter().find(|rule| rule.fits(method, call)).map(|rule| rule.mocked)
    }
}

/// 0 to 99, the same for the same bytes on every machine.
fn bucket(bytes: &[u8]) -> u8 {
    // the high bits: the low ones of FNV follow the last byte
    u8::try_from((fnv1a(FNV_BASIS, bytes) >> 32) % 100).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_stable_and_about_right() {
        let hit = (1..=10_000_i64).filter(|user| bucket(&user.to_le_bytes()) < 30).count();
        assert!((2_700..3_300).contains(&hit), "{hit}");
        assert_eq!([bucket(&101_i64.to_le_bytes()), bucket(&7_i64.to_le_bytes()), bucket(b"a log id")], [94, 91, 27]);
    }
}
