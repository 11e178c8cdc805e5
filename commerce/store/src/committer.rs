//! The committer: combines the requests that arrive while a transaction is in flight into the next one.

mod metrics;
mod queue;

#[cfg(test)]
mod tests;

use std::future::Future;

pub use self::metrics::CommitterMetrics;
pub use self::queue::Committer;
use crate::{StoreError, Tx};

/// Maximum number of requests per transaction.
pub const LARGEST_BATCH: usize = 64;

/// The rules that a committer applies.
pub trait Batch: Send + Sync + 'static {
    /// A request.
    type Request: Send + Sync + 'static;
    /// The outcome of a request; a refusal is also an outcome.
    type Outcome: Send + 'static;

    /// Reads and locks everything the requests need, decides them in order, and writes the results. Returns one outcome per
    /// request. The caller commits the transaction. May run again for the same requests after a rollback.
    ///
    /// # Errors
    /// Only errors of the database.
    fn apply(
        &self,
        tx: &mut Tx,
        requests: &[&Self::Request],
    ) -> impl Future<Output = Result<Vec<Self::Outcome>, StoreError>> + Send;
}
