//! Metrics of a committer.

use prometheus::{Histogram, HistogramOpts, IntCounter, Registry};

/// Batch sizes, waiting times, repeats.
#[derive(Debug, Clone)]
pub struct CommitterMetrics {
    /// Requests per transaction.
    pub(super) batch_size: Histogram,
    /// Seconds between the arrival of a request and the start of its transaction.
    pub(super) wait: Histogram,
    /// Seconds per transaction.
    pub(super) transaction: Histogram,
    /// Transactions that were repeated after an error of the database.
    pub(super) repeats: IntCounter,
}

impl CommitterMetrics {
    /// Metrics that are registered nowhere.
    ///
    /// # Errors
    /// Never, in practice: the names are constant.
    pub fn new() -> Result<Self, prometheus::Error> {
        let seconds =
            vec![0.000_25, 0.000_5, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.5, 1.0, 2.0];
        Ok(Self {
            batch_size: Histogram::with_opts(
                HistogramOpts::new("live_pack_shop_committer_batch_size", "Requests per transaction of the committer")
                    .buckets(vec![1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 48.0, 64.0]),
            )?,
            wait: Histogram::with_opts(
                HistogramOpts::new(
                    "live_pack_shop_committer_wait_seconds",
                    "Time between the arrival of a request at the committer and the start of its transaction",
                )
                .buckets(seconds.clone()),
            )?,
            transaction: Histogram::with_opts(
                HistogramOpts::new(
                    "live_pack_shop_committer_transaction_seconds",
                    "Time per transaction of the committer",
                )
                .buckets(seconds),
            )?,
            repeats: IntCounter::new(
                "live_pack_shop_committer_repeats_total",
                "Transactions of the committer that were repeated after an error of the database",
            )?,
        })
    }

    /// Registers the metrics.
    ///
    /// # Errors
    /// When they are registered already.
    pub fn register(&self, registry: &Registry) -> Result<(), prometheus::Error> {
        registry.register(Box::new(self.batch_size.clone()))?;
        registry.register(Box::new(self.wait.clone()))?;
        registry.register(Box::new(self.transaction.clone()))?;
        registry.register(Box::new(self.repeats.clone()))
    }
}
