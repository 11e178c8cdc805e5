//! Metrics of downstream calls. Handles are resolved once, at construction.

use std::sync::Arc;

use live_pack_idl::guard::{Observer, Refusal};
use prometheus::{HistogramOpts, HistogramVec, IntCounter, IntCounterVec, Opts, Registry};

use crate::{Downstream, ErrorKind};

/// The families, from which each method takes its own handles.
#[derive(Debug)]
pub(crate) struct RpcMetrics {
    seconds: HistogramVec,
    errors: IntCounterVec,
    malformed: IntCounterVec,
    refused: IntCounterVec,
}

/// The handles of one method.
#[derive(Debug)]
pub(crate) struct MethodMetrics {
    /// Duration of a call in seconds, failed ones included.
    pub(crate) seconds: prometheus::Histogram,
    /// Items of an answer that could not be decoded and were left out or marked as failed.
    pub(crate) malformed: IntCounter,
    timeout: IntCounter,
    unreachable: IntCounter,
    broken: IntCounter,
    remote: IntCounter,
    bad_response: IntCounter,
    key: IntCounter,
}

impl RpcMetrics {
    /// Registers the families; fails if one of the names is already registered.
    pub(crate) fn register(registry: &Registry) -> Result<Self, prometheus::Error> {
        let seconds = HistogramVec::new(
            HistogramOpts::new("live_pack_rpc_seconds", "Seconds of a downstream call, failed calls included.")
                .buckets(vec![0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0]),
            &["downstream", "method"],
        )?;
        let errors = IntCounterVec::new(
            Opts::new("live_pack_rpc_errors_total", "Downstream calls that failed; kind key counts failed keys."),
            &["downstream", "method", "kind"],
        )?;
        let malformed = IntCounterVec::new(
            Opts::new("live_pack_rpc_malformed_total", "Items of downstream answers that could not be decoded."),
            &["downstream", "method"],
        )?;
        let refused = IntCounterVec::new(
            Opts::new(
                "live_pack_rpc_refused_total",
                "Downstream answers that the guard refused, by the rule they broke.",
            ),
            &["downstream", "kind"],
        )?;
        registry.register(Box::new(refused.clone()))?;
        registry.register(Box::new(seconds.clone()))?;
        registry.register(Box::new(errors.clone()))?;
        registry.register(Box::new(malformed.clone()))?;
        Ok(Self { seconds, errors, malformed, refused })
    }

    /// The counter for refused answers of a service.
    pub(crate) fn refusals(&self, downstream: &'static str) -> Arc<dyn Observer> {
        Arc::new(Refusals { downstream, refused: self.refused.clone() })
    }

    /// The handles of a method.
    pub(crate) fn method(&self, downstream: Downstream, method: &'static str) -> MethodMetrics {
        let error = |kind: &str| self.errors.with_label_values(&[downstream.name(), method, kind]);
        MethodMetrics {
            seconds: self.seconds.with_label_values(&[downstream.name(), method]),
            malformed: self.malformed.with_label_values(&[downstream.name(), method]),
            timeout: error("timeout"),
            unreachable: error("unreachable"),
            broken: error("broken"),
            remote: error("remote"),
            bad_response: error("bad_response"),
            key: error("key"),
        }
    }
}

/// Counts the refused answers of one service.
struct Refusals {
    downstream: &'static str,
    refused: IntCounterVec,
}

impl Observer for Refusals {
    fn refused(&self, refusal: &Refusal) {
        self.refused.with_label_values(&[self.downstream, refusal.kind.name()]).inc();
    }
}

impl MethodMetrics {
    /// The counter for failures of a kind.
    pub(crate) const fn errors(&self, kind: ErrorKind) -> &IntCounter {
        match kind {
            ErrorKind::Timeout => &self.timeout,
            ErrorKind::Unreachable => &self.unreachable,
            ErrorKind::Broken => &self.broken,
            ErrorKind::Remote => &self.remote,
            ErrorKind::BadResponse => &self.bad_response,
            ErrorKind::Key => &self.key,
        }
    }
}
