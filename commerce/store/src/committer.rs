//! The committer: combines the requests that arrive while a transaction is in flight into the next one.

mod metrics;
mod queue;

#[cfg(test)]
mod tests;

use std::future::Future;

pub use self::metrics::CommitterMetrics;
pub use self::queue::Committer;
use crate::{StoreError, Tx};

/// Largest number of requests per transaction.
pub const LARGEST_BATCH: usize = 64;

/// The rules that a committer applies.
pub trait Batch: Send + Sync + 'static {
    /// A request.
    type Request: Send + Sync + 'static;
    /// The outcome of a request: a refusal is an outcome too.
    type Outcome: Send + 'static;

    /// Reads and locks all that the requests need, decides them in order, writes the results. Returns one outcome per
    /// request. The transaction is committed by the caller. May run again for the same requests after a rollback.
    ///
    /// # Errors
    /// Errors of the database only.
    fn apply(
        &self,
        tx: &mut Tx,
        requests: &[&Self::Request],
    ) -> impl Future<Output = Result<Vec<Self::Outcome>, StoreError>> + Send;
}
