//! The handle to a running exporter: a bounded queue in front of one task.

use std::{mem, sync::Arc, time::Duration};

use tokio::{
    sync::{Semaphore, mpsc, watch},
    time::Instant,
};

use crate::{
    attempt::Transport,
    client::{ReadFile, StartError},
    delivery::{Delivery, Parcel},
    grpc::Grpc,
    http_protobuf::HttpProtobuf,
    observer::{DropReason, Observer},
    settings::{CollectorSettings, Protocol},
    span::{Span, Value},
};

/// Maximum memory of all spans that are queued or being exported, as the sum of [`Span::weight`] in bytes.
pub const QUEUE_BYTES: usize = 8 * 1024 * 1024;

/// Sends spans to a collector, in one background task.
///
/// Each span that it receives is reported to the [`Observer`] once: as exported, or as dropped with a reason.
pub struct Exporter {
    queue: mpsc::UnboundedSender<Parcel>,
    free: Arc<Semaphore>,
    observer: Arc<dyn Observer>,
    end_at: watch::Sender<Option<Instant>>,
}

impl Exporter {
    /// Starts the task on the current runtime. `resource` describes this process, for example `service.name`; `read` reads
    /// the file of authorities.
    ///
    /// # Errors
    /// See [`StartError`].
    pub fn start(
        settings: &CollectorSettings,
        resource: Vec<(&'static str, Value)>,
        observer: Arc<dyn Observer>,
        read: ReadFile,
    ) -> Result<Self, StartError> {
        Ok(match settings.protocol {
            Protocol::Grpc => Self::over(Grpc::new(settings, read)?, resource, observer),
            Protocol::HttpProtobuf => Self::over(HttpProtobuf::new(settings, read)?, resource, observer),
        })
    }

    pub(crate) fn over(
        transport: impl Transport,
        resource: Vec<(&'static str, Value)>,
        observer: Arc<dyn Observer>,
    ) -> Self {
        let (queue, parcels) = mpsc::unbounded_channel();
        let (end_at, ending) = watch::channel(None);
        let delivery = Delivery::new(transport, resource, parcels, ending, Arc::clone(&observer));
        #[expect(clippy::disallowed_methods, reason = "ended by the exporter, or with it")]
        tokio::spawn(delivery.run());
        Self { queue, free: Arc::new(Semaphore::new(QUEUE_BYTES)), observer, end_at }
    }

    /// Queues all spans or none; `false`: they are dropped and counted. Never blocks.
    pub fn send(&self, spans: Vec<Span>) -> bool {
        let count = spans.len();
        match self.queued(spans) {
            Ok(()) => true,
            Err(reason) => {
                self.observer.dropped(reason, count as u64);
                false
            }
        }
    }

    fn queued(&self, spans: Vec<Span>) -> Result<(), DropReason> {
        let weight = mem::size_of::<Parcel>() + spans.iter().map(Span::weight).sum::<usize>();
        let weight = u32::try_from(weight).map_err(|_| DropReason::QueueFull)?;
        let share = Arc::clone(&self.free).try_acquire_many_owned(weight).map_err(|_| DropReason::QueueFull)?;
        self.queue.send(Parcel { spans, share }).map_err(|_| DropReason::Shutdown)
    }

    /// Exports the queued spans for at most `within`; the remaining ones are counted as dropped. Spans that are sent later
    /// are dropped.
    pub async fn end(&self, within: Duration) {
        self.end_at.send_replace(Some(Instant::now() + within));
        // the task holds the receivers until it has counted the last span
        self.end_at.closed().await;
    }
}
