//! Values passed on by a caller: its lane and its trace context, from the transport header, or from the envelope for
//! callers without one. If they differ, the header wins. A malformed value is ignored.

use std::sync::Arc;

use live_pack_dal::{
    FastStr,
    config::Conf,
    model::{Lane, Trace, TraceParent, Traffic},
};
use live_pack_idl::base::Base;

/// Maximum length of `tracestate`, as recommended by W3C Trace Context.
const LONGEST_STATE: usize = 512;

/// Unchecked values from the transport header; empty if none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Header {
    /// The lane.
    pub lane: FastStr,
    /// `traceparent` of W3C Trace Context.
    pub trace_parent: FastStr,
    /// `tracestate` of W3C Trace Context.
    pub trace_state: FastStr,
    /// Whether the caller marked its call as a retry.
    pub is_retry: bool,
}

/// The checked values passed on by a caller.
#[derive(Debug, Clone)]
pub struct Hints {
    /// The lane; empty: none.
    pub lane: FastStr,
    /// The caller's trace, or a new one that is not sampled yet.
    pub trace: Trace,
    /// Whether the caller marked its call as a retry.
    pub is_retry: bool,
    /// The names of the values that were malformed.
    pub malformed: Vec<&'static str>,
}

impl Hints {
    /// The values of a request with this header and this envelope.
    #[must_use]
    pub fn of(header: &Header, base: Option<&Base>) -> Self {
        let env = base.and_then(|base| base.traffic_env.as_ref()).filter(|env| env.open).map(|env| &env.env);
        let extra = |key: &str| base.and_then(|base| base.extra.as_ref()?.get(key));
        let mut malformed = Vec::new();
        let mut first = |what, values: [Option<&FastStr>; 2], is_good: fn(&str) -> bool| {
            let mut found = FastStr::empty();
            for value in values.into_iter().flatten().filter(|value| !value.is_empty()) {
                if !is_good(value) {
                    malformed.push(what);
                } else if found.is_empty() {
                    found = value.clone();
                }
            }
            found
        };
        let lane = first("lane", [Some(&header.lane), env], Lane::is_name);
        let parent = first("traceparent", [Some(&header.trace_parent), extra("traceparent")], is_parent);
        let state = first("tracestate", [Some(&header.trace_state), extra("tracestate")], is_state);
        let parent = TraceParent::parse(&parent);
        // a state is meaningless without its parent
        let state = if parent.is_some() { state } else { FastStr::empty() };
        Self { lane, trace: Trace::begin(parent, state), is_retry: header.is_retry, malformed }
    }

    /// Applies this configuration, which has the lanes, and the share of new traces to sample.
    pub(crate) fn traffic(&self, conf: &Conf) -> Traffic {
        let name = self.lane.clone();
        let lane = if name.is_empty() { None } else { conf.downstreams.lane(&name) };
        let trace = self.trace.clone().sampled_by(|random| conf.logs.traces.takes(random));
        Traffic { name, lane, trace: Arc::new(trace), is_retry: self.is_retry }
    }
}

fn is_parent(text: &str) -> bool {
    TraceParent::parse(text).is_some()
}

fn is_state(text: &str) -> bool {
    text.len() <= LONGEST_STATE && text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use live_pack_idl::base::TrafficEnv;

    use super::*;

    const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    fn of(header: &Header, base: &Base) -> (Traffic, Vec<&'static str>) {
        let hints = Hints::of(header, Some(base));
        (hints.traffic(&Conf::default()), hints.malformed)
    }

    fn lane(header: &str, open: bool, env: &str) -> (String, bool) {
        let traffic_env = Some(TrafficEnv { open, env: env.to_owned().into() });
        let header = Header { lane: header.to_owned().into(), ..Header::default() };
        let (traffic, ignored) = of(&header, &Base { traffic_env, ..Base::default() });
        assert_eq!(traffic.lane, None, "no configuration names it");
        (traffic.name.to_string(), ignored == ["lane"])
    }

    #[test]
    fn the_lane_of_the_header_overrides_that_of_the_envelope() {
        assert_eq!(lane("", false, ""), (String::new(), false));
        assert_eq!(lane("", true, "boe_a"), ("boe_a".into(), false));
        assert_eq!(lane("boe_b", true, "boe_a"), ("boe_b".into(), false));
        assert_eq!(lane("", false, "boe_a"), (String::new(), false), "it is not open");
    }

    #[test]
    fn the_mark_of_a_retry_is_passed_on() {
        for is_retry in [false, true] {
            assert_eq!(of(&Header { is_retry, ..Header::default() }, &Base::default()).0.is_retry, is_retry);
        }
    }

    #[test]
    fn a_malformed_lane_is_ignored_and_reported() {
        assert_eq!(lane("two words", true, "boe_a"), ("boe_a".into(), true));
        assert_eq!(lane(&"x".repeat(65), false, ""), (String::new(), true));
        assert_eq!(lane(&"x".repeat(64), false, ""), ("x".repeat(64), false));
    }

    #[test]
    fn a_trace_context_comes_from_the_header_or_from_the_envelope() {
        let header = |parent: &str, state: &str| Header {
            trace_parent: parent.to_owned().into(),
            trace_state: state.to_owned().into(),
            ..Header::default()
        };
        let extra = BTreeMap::from([("traceparent".into(), PARENT.into()), ("tracestate".into(), "a=1".into())]);
        let base = Base { extra: Some(extra), ..Base::default() };
        let (traffic, ignored) = of(&Header::default(), &base);
        assert_eq!((traffic.trace.caller, traffic.trace.state.as_str()), (TraceParent::parse(PARENT), "a=1"));
        assert_eq!((ignored.len(), traffic.trace.is_sampled), (0, true));
        let other = PARENT.replace('7', "8");
        let (traffic, _) = of(&header(&other, "b=2"), &base);
        assert_eq!((traffic.trace.caller, traffic.trace.state.as_str()), (TraceParent::parse(&other), "b=2"));
        for bad in ["x", &PARENT.to_uppercase(), &PARENT.replace("b7ad6b7169203331", "0000000000000000"), &PARENT[1..]]
        {
            let (traffic, ignored) = of(&header(bad, "c=3"), &Base::default());
            assert_eq!((traffic.trace.caller, ignored), (None, vec!["traceparent"]), "{bad}");
            assert!(traffic.trace.state.is_empty() && traffic.trace.id.0 != 0, "a state without its parent, {bad}");
        }
    }
}
