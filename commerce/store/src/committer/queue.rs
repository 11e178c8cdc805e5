//! The queue in front of the transactions.

use std::{sync::Arc, time::Duration};

use futures_util::FutureExt as _;
use tokio::{
    sync::{mpsc, oneshot},
    time::Instant,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{Batch, CommitterMetrics, LARGEST_BATCH};
use crate::{Database, StoreError, crash};

/// Capacity of the queue. The limit of requests in flight is below it; a full queue makes senders wait.
const QUEUE: usize = 1_024;
/// Attempts for a batch with a transient error: connection lost, deadlock, contention. More than there are connections in the
/// pool, because after a restart of the server each of them fails once.
const ATTEMPTS: u32 = 16;
/// Pause before the second attempt; doubled for each further attempt.
const FIRST_PAUSE: Duration = Duration::from_millis(5);
/// Maximum pause.
const LONGEST_PAUSE: Duration = Duration::from_millis(250);

struct Waiting<B: Batch> {
    request: B::Request,
    since: Instant,
    answer: oneshot::Sender<Result<B::Outcome, StoreError>>,
}

/// A queue of requests and the task that commits them. Clones share it.
#[derive(Debug)]
pub struct Committer<B: Batch> {
    sender: mpsc::Sender<Waiting<B>>,
    stop: CancellationToken,
    worker: TaskTracker,
}

impl<B: Batch> Clone for Committer<B> {
    fn clone(&self) -> Self {
        Self { sender: self.sender.clone(), stop: self.stop.clone(), worker: self.worker.clone() }
    }
}

impl<B: Batch> std::fmt::Debug for Waiting<B> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Waiting").field("since", &self.since).finish_non_exhaustive()
    }
}

impl<B: Batch> Committer<B> {
    /// Starts the committing task. It ends when the queue is empty and the committer is closed or all its clones have been dropped.
    #[must_use]
    pub fn start(database: Database, rules: Arc<B>, metrics: CommitterMetrics) -> Self {
        let (sender, receiver) = mpsc::channel(QUEUE);
        let (stop, worker) = (CancellationToken::new(), TaskTracker::new());
        worker.spawn(Worker { database, rules, metrics, stop: stop.clone() }.work(receiver));
        worker.close();
        Self { sender, stop, worker }
    }

    /// Commits the queued requests, then ends the committing task. Later requests fail with [`StoreError::Stopped`].
    pub async fn close(&self) {
        self.stop.cancel();
        self.worker.wait().await;
    }

    /// Commits a request together with other queued requests, and returns its outcome once it is durable.
    ///
    /// # Errors
    /// If the database failed; then nothing of the request was written, or the outcome of its commit is unknown.
    pub async fn commit(&self, request: B::Request) -> Result<B::Outcome, StoreError> {
        let (answer, outcome) = oneshot::channel();
        let waiting = Waiting { request, since: Instant::now(), answer };
        self.sender.send(waiting).await.map_err(|_| StoreError::Stopped)?;
        let outcome = outcome.await.map_err(|_| StoreError::Stopped)?;
        crash::point("answer", "before");
        outcome
    }
}

struct Worker<B: Batch> {
    database: Database,
    rules: Arc<B>,
    metrics: CommitterMetrics,
    stop: CancellationToken,
}

impl<B: Batch> Worker<B> {
    /// The next request; `None` if there will be no more.
    async fn next(&self, receiver: &mut mpsc::Receiver<Waiting<B>>) -> Option<Waiting<B>> {
        tokio::select! {
            next = receiver.recv() => next,
            () = self.stop.cancelled() => {
                receiver.close();
                receiver.recv().await
            }
        }
    }

    async fn work(self, mut receiver: mpsc::Receiver<Waiting<B>>) {
        while let Some(first) = self.next(&mut receiver).await {
            let mut batch = vec![first];
            // Callers answered by the last transaction get a chance to send their next request: no timer, but fuller batches.
            tokio::task::yield_now().await;
            while batch.len() < LARGEST_BATCH {
                let Ok(next) = receiver.try_recv() else { break };
                batch.push(next);
            }
            let now = Instant::now();
            self.metrics.batch_size.observe(f64::from(u32::try_from(batch.len()).unwrap_or(u32::MAX)));
            for waiting in &batch {
                self.metrics.wait.observe((now - waiting.since).as_secs_f64());
            }
            self.settle(batch).await;
        }
    }

    /// Commits a batch and answers its requests. If an error persists, the batch is split to find the request that causes it.
    async fn settle(&self, batch: Vec<Waiting<B>>) {
        let mut parts = vec![batch];
        while let Some(mut part) = parts.pop() {
            let requests: Vec<_> = part.iter().map(|waiting| &waiting.request).collect();
            match self.commit(&requests).await {
                Ok(outcomes) => {
                    for (waiting, outcome) in part.into_iter().zip(outcomes) {
                        // The caller may be gone; its outcome is durable anyway.
                        let _ = waiting.answer.send(Ok(outcome));
                    }
                }
                Err(error) if part.len() == 1 => {
                    tracing::error!(error = &error as &dyn std::error::Error, "a request could not be committed");
                    if let Some(waiting) = part.pop() {
                        let _ = waiting.answer.send(Err(error));
                    }
                }
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, size = part.len(), "splitting a batch");
                    let second = part.split_off(part.len() / 2);
                    // The first half is decided first, to keep the order of arrival.
                    parts.push(second);
                    parts.push(part);
                }
            }
        }
    }

    /// One durable transaction, repeated as long as its errors are transient.
    async fn commit(&self, requests: &[&B::Request]) -> Result<Vec<B::Outcome>, StoreError> {
        let mut pause = FIRST_PAUSE;
        for attempt in 1.. {
            let start = Instant::now();
            let outcome = self.transaction(requests).await;
            self.metrics.transaction.observe(start.elapsed().as_secs_f64());
            match outcome {
                Err(error) if error.is_transient() && attempt < ATTEMPTS => {
                    tracing::warn!(error = &error as &dyn std::error::Error, attempt, "repeating a transaction");
                    self.metrics.repeats.inc();
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
                outcome => return outcome,
            }
        }
        Err(StoreError::Stopped)
    }

    async fn transaction(&self, requests: &[&B::Request]) -> Result<Vec<B::Outcome>, StoreError> {
        let mut tx = self.database.begin().await?;
        let applied = std::panic::AssertUnwindSafe(self.rules.apply(&mut tx, requests)).catch_unwind().await;
        let outcomes = match applied {
            Ok(outcomes) => outcomes?,
            // The panic hook has logged it. The transaction is rolled back when it is dropped.
            Err(_) => return Err(StoreError::Stopped),
        };
        if outcomes.len() != requests.len() {
            return Err(StoreError::Corrupt { what: "number of outcomes", found: outcomes.len().to_string() });
        }
        tx.commit().await?;
        Ok(outcomes)
    }
}
