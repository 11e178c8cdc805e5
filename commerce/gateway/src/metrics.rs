//! Metrics of the API.

use std::time::Duration;

use axum::http::StatusCode;
use prometheus::{HistogramOpts, HistogramVec, IntCounter, Registry};

/// Times by endpoint, and refused requests.
#[derive(Debug, Clone)]
pub(crate) struct HttpMetrics {
    seconds: HistogramVec,
    overloaded: IntCounter,
}

impl HttpMetrics {
    /// Registers the metrics.
    pub(crate) fn new(registry: &Registry) -> Result<Self, prometheus::Error> {
        let metrics = Self {
            seconds: HistogramVec::new(
                HistogramOpts::new("live_pack_shop_http_seconds", "Time per request, by endpoint and status")
                    .buckets(vec![0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0]),
                &["endpoint", "status"],
            )?,
            overloaded: IntCounter::new(
                "live_pack_shop_http_overloaded_total",
                "Requests that were refused because 512 were in flight",
            )?,
        };
        registry.register(Box::new(metrics.seconds.clone()))?;
        registry.register(Box::new(metrics.overloaded.clone()))?;
        Ok(metrics)
    }

    /// A request was answered.
    pub(crate) fn served(&self, endpoint: &str, status: StatusCode, time: Duration) {
        self.seconds.with_label_values(&[endpoint, status.as_str()]).observe(time.as_secs_f64());
    }

    /// A request was refused.
    pub(crate) fn refused(&self) {
        self.overloaded.inc();
    }
}
