//! The records of calls after their answers: rendered by one task, kept in a ring, logged, and exported as spans.

mod render;
pub mod ring;
mod spans;

use std::sync::Arc;

use live_pack_dal::notes::CallNote;
use live_pack_handlers::{
    call_record::CallRecord,
    keeping::{KeepOptions, Keeper},
    reasons::Reason,
};
use live_pack_telemetry::Exporter;
use tokio::sync::mpsc::{self, Receiver, Sender, error::TrySendError};

use self::{
    render::RecordJson,
    ring::{Ring, RingRecord},
};

/// Maximum number of records that wait to be rendered. Each holds the data of its request.
const WAITING: usize = 64;

/// Options of [`start`].
#[derive(Clone, Default)]
pub struct RecordOptions {
    /// Maximum memory of the ring in bytes; 0: no records are kept, nor logged.
    pub ring_bytes: usize,
    /// The exporter; `None`: no traces.
    pub export: Option<Arc<Exporter>>,
}

/// Renders records, one at a time.
struct Renderer {
    ring: Arc<Ring>,
    export: Option<Arc<Exporter>>,
}

/// The queue in front of the renderer.
struct Queue(Sender<CallRecord>);

impl Keeper for Queue {
    fn keep(&self, record: CallRecord) -> bool {
        match self.0.try_send(record) {
            Ok(()) => true,
            // closed: the process ends
            Err(TrySendError::Full(_) | TrySendError::Closed(_)) => false,
        }
    }
}

/// Starts the task that renders records. `None`: nobody is interested in any.
#[must_use]
pub fn start(options: RecordOptions, ring: Arc<Ring>) -> Option<KeepOptions> {
    let RecordOptions { ring_bytes, export } = options;
    let (records, traces) = (ring_bytes > 0, export.is_some());
    if !records && !traces {
        return None;
    }
    let (sender, receiver) = mpsc::channel(WAITING);
    #[expect(clippy::disallowed_methods, reason = "renders as long as the process lives")]
    tokio::spawn(Renderer { ring, export }.run(receiver));
    Some(KeepOptions { keeper: Arc::new(Queue(sender)), records, traces })
}

impl Renderer {
    async fn run(self, mut records: Receiver<CallRecord>) {
        while let Some(record) = records.recv().await {
            self.take(&record);
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
        let json = match serde_json::to_vec(&RecordJson::of(record, calls, left_out, None)) {
            Ok(json) => json.into(),
            Err(error) => return tracing::error!(%error, "a record could not be written"),
        };
        self.ring.push(RingRecord {
            method: record.method,
            reasons: record.kept.reasons,
            log_id: call.log_id.clone(),
            trace: call.traffic.trace.id,
            json,
        });
    }
}

/// One short line for the log.
fn log(record: &CallRecord, calls: &[CallNote]) {
    let call = &record.request.call;
    let (log_id, trace_id, method) = (call.log_id.as_str(), call.traffic.trace.id, record.method.name());
    let reason = record.kept.reasons.first().map_or("", Reason::name);
    let micros = u64::try_from(record.took.as_micros()).unwrap_or(u64::MAX);
    let degraded: Vec<&str> = record.degraded.iter().map(|loss| loss.task.as_str()).collect();
    let degraded = degraded.join(",");
    let slowest =
        calls.iter().filter_map(|note| Some((note.ended? - note.started, note))).max_by_key(|(took, _)| *took);
    let slowest = slowest.map(|(took, note)| format!("{} {}us", note.method.name(), took.as_micros()));
    tracing::info!(
        target: "record", log_id, %trace_id, method, reason, micros, status = record.status, degraded, slowest
    );
}
