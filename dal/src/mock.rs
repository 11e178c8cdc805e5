//! Mock behaviour of downstream methods, for test environments: `livePackDownstreamRpcMock`.
//!
//! ```json
//! { "rules": [ { "downstream": "product_price", "method": "MGetProductPrice", "users": [101], "percent": 50,
//!                "delay": "20ms", "error": "timeout" } ] }
//! ```
//!
//! The first rule that matches a call decides. `delay` comes first and counts against the deadline; then the call fails
//! with `error`, or has the mock `answer`, or goes out as usual. Mock answers are `empty` (every key is missing; a call
//! without keys gets an empty answer), `failed` (every key failed; a call without keys fails as `remote`), and content:
//! an object by the IDL, in which the key `*` of a batch stands for every key without an entry.
//!
//! A recorded file also has what came from Redis. While such a file is in force, Redis is not asked.

mod content;

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use arc_swap::ArcSwap;
use live_pack_engine::hash::{FNV_BASIS, finish, fnv1a};

pub(crate) use self::content::Content;
use crate::{Call, Downstream, DownstreamMethod, ErrorKind, model::RouteGroup};

/// The checked rules.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MockRules {
    pub(crate) rules: Vec<MockRule>,
    pub(crate) recorded: Option<Recorded>,
}

/// The parts of a recorded file that no downstream method answers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Recorded {
    /// URL of the picture server; empty: none.
    pub pictures: String,
    /// The values in Redis, by key.
    pub redis: Arc<BTreeMap<String, String>>,
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MockRule {
    pub(crate) method: DownstreamMethod,
    /// `None`: all users.
    pub(crate) users: Option<Vec<i64>>,
    /// `None`: requests for any room, for a batch of rooms, and for none.
    pub(crate) rooms: Option<Vec<i64>>,
    /// `None`: viewers of every route group.
    pub(crate) route_groups: Option<Vec<RouteGroup>>,
    /// Share of the calls, 1 to 100; stable by user, or by log id for a guest.
    pub(crate) percent: u8,
    /// Delay before the answer.
    pub(crate) delay: Duration,
    /// Largest deviation from the delay; at most the delay itself.
    pub(crate) spread: Duration,
    /// `None`: the call goes out as usual.
    pub(crate) answer: Option<MockAnswer>,
}

/// The effect of a rule on a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mocked {
    /// Delay before the answer.
    pub(crate) delay: Duration,
    /// `None`: the call goes out as usual.
    pub(crate) answer: Option<MockAnswer>,
}

/// A mock answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum MockAnswer {
    /// Every key is missing.
    Empty,
    /// Every key failed.
    Failed,
    /// The call failed.
    Error(ErrorKind),
    /// An answer by the IDL.
    Content(Arc<Content>),
}

impl MockRules {
    /// Whether there are no rules. Production refuses any.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The parts beside the rules, if the file was recorded.
    #[must_use]
    pub const fn recorded(&self) -> Option<&Recorded> {
        self.recorded.as_ref()
    }
}

impl MockRule {
    fn fits(&self, method: DownstreamMethod, call: &Call) -> bool {
        let user = call.viewer.user_id;
        let share = || if user == 0 { bucket(call.log_id.as_bytes()) } else { bucket(&user.to_le_bytes()) };
        let group = call.viewer.route_group;
        self.method == method
            && self.users.as_ref().is_none_or(|users| users.contains(&user))
            && self.rooms.as_ref().is_none_or(|rooms| rooms.contains(&call.room_id))
            && self.route_groups.as_ref().is_none_or(|groups| groups.contains(&group))
            && (self.percent >= 100 || share() < self.percent)
    }

    /// Whether it answers every call of its method.
    const fn answers_all(&self) -> bool {
        let everybody = self.users.is_none() && self.rooms.is_none() && self.route_groups.is_none();
        everybody && self.percent >= 100 && self.answer.is_some()
    }

    /// The delay of a call, from `delay - spread` to `delay + spread`. Drawn from the log id and the method, so that a
    /// repeated request waits as long.
    fn delay(&self, call: &Call) -> Duration {
        let wide = u64::try_from(self.spread.as_micros()).unwrap_or(u64::MAX).saturating_mul(2).saturating_add(1);
        let drawn = finish(fnv1a(fnv1a(FNV_BASIS, call.log_id.as_bytes()), self.method.name().as_bytes())) % wide;
        self.delay.saturating_sub(self.spread) + Duration::from_micros(drawn)
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

    /// Whether no call goes out to a service: rules answer every call of all its methods, or a recording is in force.
    pub(crate) fn answers_all(&self, service: Downstream) -> bool {
        let rules = self.rules.load();
        let first = |method: &DownstreamMethod| rules.rules.iter().find(|rule| rule.method == *method);
        rules.recorded.is_some()
            || service.methods().iter().all(|method| first(method).is_some_and(MockRule::answers_all))
    }

    /// The effect of the first matching rule.
    pub(crate) fn find(&self, method: DownstreamMethod, call: &Call) -> Option<Mocked> {
        if !self.armed.load(Ordering::Relaxed) {
            return None;
        }
        let rules = self.rules.load();
        let rule = rules.rules.iter().find(|rule| rule.fits(method, call))?;
        Some(Mocked { delay: rule.delay(call), answer: rule.answer.clone() })
    }
}

/// 0 to 99, the same for the same bytes on every machine.
fn bucket(bytes: &[u8]) -> u8 {
    // the high bits: the low ones of FNV follow the last byte
    u8::try_from((fnv1a(FNV_BASIS, bytes) >> 32) % 100).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

    use super::*;
    use crate::testing::{millis, user};

    #[test]
    fn a_share_is_stable_and_about_right() {
        let hit = (1..=10_000_i64).filter(|user| bucket(&user.to_le_bytes()) < 30).count();
        assert!((2_700..3_300).contains(&hit), "{hit}");
        assert_eq!([bucket(&101_i64.to_le_bytes()), bucket(&7_i64.to_le_bytes()), bucket(b"a log id")], [94, 91, 27]);
    }

    fn switch(rule: &str) -> MockSwitch {
        let switch = MockSwitch::default();
        let text = format!(r#"{{"rules": [{{"downstream": "cart", "method": "GetCartCount", {rule}}}]}}"#);
        switch.set(MockRules::parsed(&text));
        switch
    }

    #[tokio::test]
    async fn a_rule_is_for_its_users_rooms_and_route_groups_only() {
        let call = Call { room_id: 1001, ..user(millis(500), 101) };
        for (rule, hit) in [
            (r#""users": [101], "rooms": [1001], "route_groups": ["US", "EU"]"#, true),
            (r#""users": [102]"#, false),
            (r#""rooms": [1002]"#, false),
            (r#""route_groups": ["EU"]"#, false),
        ] {
            let switch = switch(&format!(r#"{rule}, "answer": "failed""#));
            assert_eq!(switch.find(DownstreamMethod::GetCartCount, &call).is_some(), hit, "{rule}");
            assert_eq!(switch.find(DownstreamMethod::MCheckInCart, &call), None, "{rule}");
            assert!(!switch.answers_all(Downstream::Cart), "{rule}");
        }
    }

    #[tokio::test]
    async fn a_spread_delay_lies_around_the_delay_and_is_the_same_for_the_same_log_id() {
        let switch = switch(r#""delay": "20ms", "spread": "15ms""#);
        let delay = |log_id: usize| {
            let call = Call { log_id: pilota::FastStr::from_string(log_id.to_string()), ..user(millis(500), 101) };
            switch.find(DownstreamMethod::GetCartCount, &call).unwrap().delay
        };
        let delays: Vec<_> = (0..1_000).map(delay).collect();
        assert!(delays.iter().all(|delay| (millis(5)..=millis(35)).contains(delay)));
        assert!(delays.iter().any(|delay| *delay < millis(8)) && delays.iter().any(|delay| *delay > millis(32)));
        assert_eq!(delays, (0..1_000).map(delay).collect::<Vec<_>>());
    }
}
