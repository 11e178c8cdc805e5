//! The records of calls after their answers: rendered by one task, kept in a ring, logged, and exported as spans.

mod render;
pub mod ring;
mod spans;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use axum::body::Bytes;
use live_pack_dal::notes::CallNote;
use live_pack_handlers::{
    call_record::CallRecord,
    keeping::{KeepOptions, Keeper},
    reasons::Reason,
};
use live_pack_telemetry::Exporter;
use tokio::sync::{
    mpsc::{self, Receiver, Sender},
    oneshot,
};

use self::{
    render::RecordJson,
    ring::{Ring, RingRecord},
};

/// Maximum number of records that wait to be rendered. Each holds the data of its request.
const WAITING: usize = 64;

/// Options of [`start`].
#[derive(Clone, Default)]
pub struct RecordOptions {
    /// Maximum memory of the ring in bytes; 0: records are neither kept nor logged.
    pub ring_bytes: usize,
    /// The exporter; `None`: no traces.
    pub export: Option<Arc<Exporter>>,
}

/// Renders records, one at a time.
struct Renderer {
    ring: Arc<Ring>,
    export: Option<Arc<Exporter>>,
}

/// Work of the renderer.
enum Work {
    Record(Box<CallRecord>),
    /// Signals that all records before it have been rendered.
    Flush(oneshot::Sender<()>),
}

/// The queue in front of the renderer.
#[derive(Clone)]
struct Queue(Sender<Work>);

impl Keeper for Queue {
    fn keep(&self, record: CallRecord) -> bool {
        // fails if the queue is full; the queue is closed only at the end of the process
        self.0.try_send(Work::Record(Box::new(record))).is_ok()
    }
}

/// Handle to the renderer, to flush it at the end of the process.
#[derive(Default)]
pub struct Rendering(Option<Queue>);

impl Rendering {
    /// Waits until all records so far are in the ring, in the log, and with the exporter.
    pub async fn flush(&self) {
        let Some(Queue(queue)) = &self.0 else { return };
        let (done, rendered) = oneshot::channel();
        if queue.send(Work::Flush(done)).await.is_ok() {
            // an error means that the renderer has ended with the runtime
            drop(rendered.await);
        }
    }
}

/// Starts the task that renders records. Does nothing if neither records nor traces are wanted.
#[must_use]
pub fn start(options: RecordOptions, ring: Arc<Ring>) -> (Option<KeepOptions>, Rendering) {
    let RecordOptions { ring_bytes, export } = options;
    let (records, traces) = (ring_bytes > 0, export.is_some());
    if !records && !traces {
        return (None, Rendering::default());
    }
    let (sender, receiver) = mpsc::channel(WAITING);
    #[expect(clippy::disallowed_methods, reason = "runs until the process ends")]
    tokio::spawn(Renderer { ring, export }.run(receiver));
    let queue = Queue(sender);
    (Some(KeepOptions { keeper: Arc::new(queue.clone()), records, traces }), Rendering(Some(queue)))
}

impl Renderer {
    async fn run(self, mut queue: Receiver<Work>) {
        while let Some(work) = queue.recv().await {
            match work {
                // the hook has logged a panic; later records are still rendered
                Work::Record(record) => drop(catch_unwind(AssertUnwindSafe(|| self.take(&record)))),
                // an error means that `flush` was cancelled
                Work::Flush(done) => drop(done.send(())),
            }
        }
    }

    fn take(&self, record: &CallRecord) {
        let (calls, left_out) = record.request.call.notes.calls.list();
        if record.kept.is_recorded {
            log(record, &calls);
            self.keep(record, &calls, left_out);
        }
        if record.kept.is_traced
            && let Some(export) = &self.export
        {
            // the exporter counts what it drops
            let _ = export.send(spans::of(record, &calls));
        }
    }

    fn keep(&self, record: &CallRecord, calls: &[CallNote], left_out: u64) {
        let call = &record.request.call;
        let json = match serde_json::to_vec(&RecordJson::of(record, calls, left_out)) {
            Ok(json) => Bytes::from(json),
            Err(error) => return tracing::error!(%error, "a record could not be written"),
        };
        let bytes = json.len();
        let is_kept = self.ring.push(RingRecord {
            method: record.method,
            reasons: record.kept.reasons,
            log_id: call.log_id.clone(),
            trace: call.traffic.trace.id,
            json,
        });
        if !is_kept {
            tracing::warn!(bytes, "a record is larger than the whole ring");
        }
    }
}

/// Logs a summary of the record in one line.
fn log(record: &CallRecord, calls: &[CallNote]) {
    if !tracing::enabled!(target: "record", tracing::Level::INFO) {
        return;
    }
    let call = &record.request.call;
    let (log_id, trace_id, method) = (call.log_id.as_str(), call.traffic.trace.id, record.method.name());
    let reasons: Vec<_> = record.kept.reasons.iter().map(Reason::name).collect();
    let reasons = reasons.join(",");
    let micros = u64::try_from(record.took.as_micros()).unwrap_or(u64::MAX);
    let degraded: Vec<&str> = record.degraded.iter().map(|loss| loss.task.as_str()).collect();
    let degraded = degraded.join(",");
    let slowest =
        calls.iter().filter_map(|note| Some((note.ended? - note.started, note))).max_by_key(|(took, _)| *took);
    let slowest = slowest.map(|(took, note)| format!("{} {}us", note.method.name(), took.as_micros()));
    let (room, user) = (Some(record.request.room_id).filter(|id| *id != 0), record.user.as_deref());
    tracing::info!(
        target: "record", log_id, %trace_id, method, caller = record.caller.as_str(), room, user, reasons, micros,
        status = record.status, degraded, slowest
    );
}
