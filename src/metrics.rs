//! The Prometheus metrics of the service, with every handle resolved before the first request.

use std::{sync::OnceLock, time::Duration};

use live_pack_idl::{
    Method,
    guard::{Kind, Observer, Refusal},
    status_code,
};
use live_pack_metrics as table;
use prometheus::{Histogram, IntCounter, IntCounterVec, IntGauge, Registry};

/// One per code of the contract, then one each for other codes, exceptions and panics.
const OUTCOMES: usize = status_code::ALL.len() + 3;

/// The outcome of a request, as in the label `code` of the counter of requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// An answer with this `BaseResp.StatusCode`.
    Status(i32),
    /// A Thrift exception: the framework failed, not the business.
    Exception,
    /// The handler panicked.
    Panic,
}

impl Outcome {
    fn index(self) -> usize {
        match self {
            Self::Status(code) => status_code::position(code).unwrap_or(OUTCOMES - 3),
            Self::Exception => OUTCOMES - 2,
            Self::Panic => OUTCOMES - 1,
        }
    }

    fn label(self) -> String {
        match self {
            Self::Status(code) if status_code::position(code).is_some() => code.to_string(),
            Self::Status(_) => "other".to_owned(),
            Self::Exception => "exception".to_owned(),
            Self::Panic => "panic".to_owned(),
        }
    }
}

/// One method's handles.
struct MethodMetrics {
    name: &'static str,
    seconds: Histogram,
    // Resolved at the first request with that outcome: 15 × 25 series of zeros would only be noise.
    outcomes: [OnceLock<IntCounter>; OUTCOMES],
}

/// The metrics of the listener and the middleware.
pub struct ServerMetrics {
    requests: IntCounterVec,
    methods: [MethodMetrics; Method::ALL.len()],
    /// Requests between decode and encode.
    pub in_flight: IntGauge,
    /// Connections open now.
    pub connections: IntGauge,
    /// Closed at once because a cap was reached, the total or the peer's.
    pub refused: IntCounterVec,
    /// Ended before their first message, for example in the handshake of TLS.
    pub failed_opens: IntCounter,
    /// Closed because they were idle, or too slow with a message.
    pub timed_out: IntCounter,
    /// Failed accepts, for example for lack of file descriptors.
    pub accept_errors: IntCounter,
    /// Messages that the guard refused, by kind.
    refused_messages: IntCounterVec,
}

impl ServerMetrics {
    /// Registers all metrics.
    ///
    /// # Errors
    /// A name is already registered.
    pub fn new(registry: &Registry) -> Result<Self, prometheus::Error> {
        let requests = table::REQUESTS.register(registry)?;
        let seconds = table::REQUEST_SECONDS.register(registry)?;
        let refused_messages = table::GUARD_REFUSED.register(registry)?;
        let refused = table::CONNECTIONS_REFUSED.register(registry)?;
        // From the start: an alarm on a missing series never fires.
        for cap in ["total", "peer"] {
            refused.with_label_values(&[cap]);
        }
        for kind in Kind::ALL {
            refused_messages.with_label_values(&[kind.name()]);
        }
        Ok(Self {
            methods: Method::ALL.map(|method| MethodMetrics {
                name: method.name(),
                seconds: seconds.with_label_values(&[method.name()]),
                outcomes: std::array::from_fn(|_| OnceLock::new()),
            }),
            requests,
            in_flight: table::REQUESTS_IN_FLIGHT.register(registry)?,
            connections: table::CONNECTIONS.register(registry)?,
            refused,
            failed_opens: table::CONNECTIONS_FAILED.register(registry)?,
            timed_out: table::CONNECTIONS_TIMED_OUT.register(registry)?,
            accept_errors: table::ACCEPT_ERRORS.register(registry)?,
            refused_messages,
        })
    }

    /// Counts one finished request.
    pub fn finished(&self, method: Method, outcome: Outcome, took: Duration) {
        let Some(metrics) = self.methods.get(method.index()) else { return };
        metrics.seconds.observe(took.as_secs_f64());
        if let Some(slot) = metrics.outcomes.get(outcome.index()) {
            slot.get_or_init(|| self.requests.with_label_values(&[metrics.name, outcome.label().as_str()])).inc();
        }
    }

    /// Number of requests of `method` that ended with `outcome`.
    #[must_use]
    pub fn count(&self, method: Method, outcome: Outcome) -> u64 {
        self.requests.with_label_values(&[method.name(), outcome.label().as_str()]).get()
    }
}

impl Observer for ServerMetrics {
    fn refused(&self, refusal: &Refusal) {
        self.refused_messages.with_label_values(&[refusal.kind.name()]).inc();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn each_outcome_has_its_own_series() {
        let registry = Registry::new();
        let metrics = ServerMetrics::new(&registry).unwrap();
        let outcomes =
            [Outcome::Status(0), Outcome::Status(50099), Outcome::Status(777), Outcome::Exception, Outcome::Panic];
        for outcome in outcomes {
            metrics.finished(Method::GetLiveBagTab, outcome, Duration::from_millis(2));
        }
        for outcome in outcomes {
            assert_eq!(metrics.count(Method::GetLiveBagTab, outcome), 1, "{outcome:?}");
        }
        let text = prometheus::TextEncoder::new().encode_to_string(&registry.gather()).unwrap();
        assert!(text.contains(r#"live_pack_requests_total{code="other",method="GetLiveBagTab"} 1"#), "{text}");
        assert!(text.contains(r#"live_pack_request_seconds_bucket{method="GetLiveBagTab",le="0.0025"} 5"#), "{text}");
    }
}
