//! Nodes and sources: the traits that the parts of a pipeline implement.

use std::{
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
};

use futures_util::FutureExt;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use tokio::time::Instant;

use crate::{
    ask::Ask,
    candidates::Candidates,
    effect::{Effect, Facts},
    error::NodeError,
    hits::{Hits, Item},
};

/// An answer that is ready or must be awaited.
pub enum Work<'a, T> {
    /// Ready; costs no allocation.
    Now(Result<T, NodeError>),
    /// Must be awaited. Dropping it cancels the work.
    Later(Pin<Box<dyn Future<Output = Result<T, NodeError>> + Send + 'a>>),
}

impl<'a, T> Work<'a, T> {
    /// A ready answer.
    pub fn now(value: T) -> Self {
        Self::Now(Ok(value))
    }

    /// An answer to be awaited.
    pub fn later(future: impl Future<Output = Result<T, NodeError>> + Send + 'a) -> Self {
        Self::Later(Box::pin(future))
    }

    /// Waits for the answer.
    ///
    /// # Errors
    ///
    /// The failure of the work.
    pub async fn wait(self) -> Result<T, NodeError> {
        match self {
            Self::Now(result) => result,
            Self::Later(future) => future.await,
        }
    }

    /// Applies a function to the answer.
    pub fn then<U: 'a>(self, next: impl FnOnce(T) -> Result<U, NodeError> + Send + 'a) -> Work<'a, U>
    where
        T: 'a,
    {
        match self {
            Self::Now(result) => Work::Now(result.and_then(next)),
            Self::Later(future) => Work::later(async move { next(future.await?) }),
        }
    }
}

/// One call of a node or a source.
#[derive(Debug)]
pub struct Call<'a, E = ()> {
    /// The request.
    pub ask: &'a Ask<'a, E>,
    /// Name of the node or source, which seeds its random numbers.
    pub name: &'a str,
    /// The call is cancelled at this instant.
    pub until: Instant,
    /// 0 for the first recall of a fan-out, increased by one for each wider recall.
    pub round: u32,
}

impl<E> Clone for Call<'_, E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E> Copy for Call<'_, E> {}

impl<E> Call<'_, E> {
    /// Random number generator seeded by the request's seed and the node's name alone.
    #[must_use]
    pub fn rng(&self) -> ChaCha8Rng {
        let mut seed = [0; 32];
        let parts = self.ask.request.seed.to_le_bytes().into_iter().chain(fnv1a(self.name).to_le_bytes());
        for (to, from) in seed.iter_mut().zip(parts) {
            *to = from;
        }
        ChaCha8Rng::from_seed(seed)
    }

    /// A limit, doubled in each wider round.
    #[must_use]
    pub fn widened(&self, limit: usize) -> usize {
        limit.saturating_mul(1 << self.round.min(16))
    }
}

/// FNV-1a, 64 bits.
#[must_use]
pub(crate) fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// A recall source: finds items for a request.
pub trait Source<E = ()>: Send + Sync + 'static {
    /// Hits, best first or in another order that the source wants to keep.
    fn recall<'a>(&'a self, call: &'a Call<'a, E>) -> Work<'a, Hits>;
}

/// A merged list and its facts for the record.
pub type Recalled = (Vec<Item>, Facts);

/// A recall of several sources: a step of a pipeline, or a source of another recall.
pub trait Recall<E = ()>: Send + Sync + 'static {
    /// The merged list.
    fn recall_all<'a>(&'a self, call: &'a Call<'a, E>) -> Work<'a, Recalled>;
}

/// A step of a pipeline: reads the list and returns a change.
pub trait Node<E = ()>: Send + Sync + 'static {
    /// The change that the node requests.
    fn run<'a>(&'a self, call: &'a Call<'a, E>, list: &'a Candidates) -> Work<'a, Effect>;
}

/// Runs work until it ends or panics, or the deadline passes. Ready work wins over an expired deadline.
/// A late answer is reported with the time from `begin` to `until`.
pub(crate) async fn guarded<'a, T>(
    begin: Instant,
    until: Instant,
    start: impl FnOnce() -> Work<'a, T>,
) -> Result<T, NodeError> {
    let work = match catch_unwind(AssertUnwindSafe(start)) {
        Ok(Work::Now(result)) => return result,
        Ok(Work::Later(future)) => AssertUnwindSafe(future).catch_unwind(),
        Err(payload) => return Err(NodeError::panicked(&*payload)),
    };
    match tokio::time::timeout_at(until, work).await {
        Ok(Ok(result)) => result,
        Ok(Err(payload)) => Err(NodeError::panicked(&*payload)),
        Err(_) => Err(NodeError::Late(until.saturating_duration_since(begin))),
    }
}
