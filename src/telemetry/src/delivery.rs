//! The background task: gathers spans into batches, exports each batch with retries, and counts the results.

use std::{sync::Arc, time::Duration};

use rand::Rng as _;
use tokio::{
    sync::{OwnedSemaphorePermit, mpsc, watch},
    time::{Instant, sleep, sleep_until, timeout, timeout_at},
};

use crate::{
    attempt::{ExportError, Transport, shortened},
    encode,
    observer::{DropReason, Observer},
    span::{Span, Value},
};

/// Time for which a batch is gathered after its first span.
const GATHER: Duration = Duration::from_secs(1);

/// A batch that reaches this memory in bytes is exported at once. Its message stays well below the 4 MiB that
/// collectors accept.
const BATCH_BYTES: usize = 1024 * 1024;

/// Timeout of one attempt: the default of `OTEL_EXPORTER_OTLP_TIMEOUT`.
const ATTEMPT: Duration = Duration::from_secs(10);

/// Maximum number of attempts for each batch.
const ATTEMPTS: u32 = 5;

/// Mean delay before the second attempt; doubled for each further one.
const FIRST_DELAY: Duration = Duration::from_millis(500);

/// Maximum delay, even if the collector asks for a longer one.
const LONGEST_DELAY: Duration = Duration::from_secs(30);

/// Delay before attempt `failed + 1`: the one that the collector requested, else exponential back-off. `jitter` is 0.5 to
/// 1.5.
fn delay(failed: u32, requested: Option<Duration>, jitter: f64) -> Duration {
    let backoff = || FIRST_DELAY.saturating_mul(1 << (failed - 1).min(16)).mul_f64(jitter);
    requested.unwrap_or_else(backoff).min(LONGEST_DELAY)
}

/// Spans of one call of `Exporter::send`, with their share of the queue's memory.
pub(crate) struct Parcel {
    pub(crate) spans: Vec<Span>,
    pub(crate) share: OwnedSemaphorePermit,
}

/// The task and its state. Spans that it still holds when its time is up are counted as dropped.
pub(crate) struct Delivery<T> {
    transport: T,
    resource: Vec<(&'static str, Value)>,
    parcels: mpsc::UnboundedReceiver<Parcel>,
    end_at: watch::Receiver<Option<Instant>>,
    observer: Arc<dyn Observer>,
    batch: Vec<Span>,
    shares: Option<OwnedSemaphorePermit>,
    is_healthy: bool,
}

impl<T: Transport> Delivery<T> {
    pub(crate) fn new(
        transport: T,
        resource: Vec<(&'static str, Value)>,
        parcels: mpsc::UnboundedReceiver<Parcel>,
        end_at: watch::Receiver<Option<Instant>>,
        observer: Arc<dyn Observer>,
    ) -> Self {
        Self { transport, resource, parcels, end_at, observer, batch: Vec::new(), shares: None, is_healthy: true }
    }

    /// Exports until the end is requested and either the queue is empty or the time for the end is up.
    pub(crate) async fn run(mut self) {
        let end_at = self.end_at.clone();
        tokio::select! {
            () = self.export_all() => {}
            () = end_deadline_passed(end_at) => {}
        }
        self.parcels.close();
        self.drop_batch(DropReason::Shutdown);
        while let Ok(parcel) = self.parcels.try_recv() {
            self.observer.dropped(DropReason::Shutdown, parcel.spans.len() as u64);
        }
    }

    async fn export_all(&mut self) {
        while let Some(first) = self.next().await {
            self.gather(first).await;
            self.deliver().await;
        }
    }

    /// The next parcel; `None` if the end is requested and the queue is empty.
    async fn next(&mut self) -> Option<Parcel> {
        tokio::select! {
            biased;
            parcel = self.parcels.recv() => return parcel,
            () = end_requested(&mut self.end_at) => {}
        }
        self.parcels.close();
        self.parcels.recv().await
    }

    async fn gather(&mut self, first: Parcel) {
        let full_at = Instant::now() + GATHER;
        self.take(first);
        while self.gathered() < BATCH_BYTES {
            match timeout_at(full_at, self.next()).await {
                Ok(Some(parcel)) => self.take(parcel),
                Ok(None) | Err(_) => return,
            }
        }
    }

    fn take(&mut self, parcel: Parcel) {
        self.batch.extend(parcel.spans);
        match &mut self.shares {
            Some(shares) => shares.merge(parcel.share),
            None => self.shares = Some(parcel.share),
        }
    }

    fn gathered(&self) -> usize {
        self.shares.as_ref().map_or(0, OwnedSemaphorePermit::num_permits)
    }

    /// Exports the batch, with retries if necessary.
    async fn deliver(&mut self) {
        let mut failed = 0;
        loop {
            let Err(error) = self.attempt().await else { return };
            self.observer.failed(error.kind());
            failed += 1;
            if !error.is_retryable() {
                return self.lose(DropReason::Refused, &error);
            }
            if failed == ATTEMPTS {
                return self.lose(DropReason::GaveUp, &error);
            }
            tracing::debug!(error = &error as &dyn std::error::Error, failed, "an export of traces failed");
            let jitter = rand::rng().random_range(0.5..1.5);
            sleep(delay(failed, error.retry_after(), jitter)).await;
        }
    }

    async fn attempt(&mut self) -> Result<(), ExportError> {
        let exporting = self.transport.export(encode::request(&self.resource, &self.batch));
        let answer = timeout(ATTEMPT, exporting).await.map_err(|_| ExportError::TimedOut(ATTEMPT))??;
        let partial = answer.partial_success.unwrap_or_default();
        let spans = self.batch.len() as u64;
        let rejected = u64::try_from(partial.rejected_spans).unwrap_or_default().min(spans);
        self.observer.exported(spans - rejected);
        if rejected > 0 {
            self.observer.dropped(DropReason::Rejected, rejected);
        }
        if !partial.error_message.is_empty() {
            tracing::debug!(rejected, text = shortened(&partial.error_message), "the collector rejected some spans");
        }
        self.forget_batch();
        if !self.is_healthy {
            self.is_healthy = true;
            tracing::info!("traces are exported again");
        }
        Ok(())
    }

    /// Drops the batch; of several losses in a row, logs only the first.
    fn lose(&mut self, reason: DropReason, error: &ExportError) {
        if self.is_healthy {
            self.is_healthy = false;
            let error = error as &dyn std::error::Error;
            tracing::warn!(error, spans = self.batch.len(), reason = reason.name(), "traces are lost");
        }
        self.drop_batch(reason);
    }

    fn drop_batch(&mut self, reason: DropReason) {
        if !self.batch.is_empty() {
            self.observer.dropped(reason, self.batch.len() as u64);
        }
        self.forget_batch();
    }

    fn forget_batch(&mut self) {
        self.batch.clear();
        self.shares = None;
    }
}

/// Waits until the end is requested or the handle is dropped.
async fn end_requested(end_at: &mut watch::Receiver<Option<Instant>>) {
    drop(end_at.wait_for(Option::is_some).await);
}

/// Waits until the time for the end is up; returns at once if the handle is dropped without a request to end.
async fn end_deadline_passed(mut end_at: watch::Receiver<Option<Instant>>) {
    end_requested(&mut end_at).await;
    let at = *end_at.borrow();
    if let Some(at) = at {
        sleep_until(at).await;
    }
}

#[cfg(test)]
mod tests;
