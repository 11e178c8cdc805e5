//! Metrics of a committer.

use live_pack_metrics::{
    SHOP_COMMITTER_BATCH_SIZE, SHOP_COMMITTER_REPEATS, SHOP_COMMITTER_TRANSACTION_SECONDS, SHOP_COMMITTER_WAIT_SECONDS,
};
use prometheus::{Histogram, IntCounter, Registry};

/// Batch sizes, waiting times and repeats.
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
    /// Creates metrics without registering them.
    ///
    /// # Errors
    /// Never in practice, because the names are constant.
    pub fn new() -> Result<Self, prometheus::Error> {
        Ok(Self {
            batch_size: SHOP_COMMITTER_BATCH_SIZE.create()?,
            wait: SHOP_COMMITTER_WAIT_SECONDS.create()?,
            transaction: SHOP_COMMITTER_TRANSACTION_SECONDS.create()?,
            repeats: SHOP_COMMITTER_REPEATS.create()?,
        })
    }

    /// Registers the metrics.
    ///
    /// # Errors
    /// If they are already registered.
    pub fn register(&self, registry: &Registry) -> Result<(), prometheus::Error> {
        registry.register(Box::new(self.batch_size.clone()))?;
        registry.register(Box::new(self.wait.clone()))?;
        registry.register(Box::new(self.transaction.clone()))?;
        registry.register(Box::new(self.repeats.clone()))
    }
}
