//! Metrics of the API.

use std::time::Duration;

use axum::http::StatusCode;
use live_pack_metrics::{SHOP_HTTP_OVERLOADED, SHOP_HTTP_SECONDS};
use prometheus::{HistogramVec, IntCounter, Registry};

/// Durations by endpoint, and refused requests.
#[derive(Debug, Clone)]
pub(crate) struct HttpMetrics {
    seconds: HistogramVec,
    overloaded: IntCounter,
}

impl HttpMetrics {
    /// Registers the metrics.
    pub(crate) fn new(registry: &Registry) -> Result<Self, prometheus::Error> {
        Ok(Self {
            seconds: SHOP_HTTP_SECONDS.register(registry)?,
            overloaded: SHOP_HTTP_OVERLOADED.register(registry)?,
        })
    }

    /// Records an answered request.
    pub(crate) fn served(&self, endpoint: &str, status: StatusCode, time: Duration) {
        self.seconds.with_label_values(&[endpoint, status.as_str()]).observe(time.as_secs_f64());
    }

    /// Counts a refused request.
    pub(crate) fn refused(&self) {
        self.overloaded.inc();
    }
}
