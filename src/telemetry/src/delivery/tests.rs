//! Delays, losses and memory of the background task, with a paused clock and a scripted collector.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::{
    collections::VecDeque,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
};

use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTracePartialSuccess, ExportTraceServiceRequest, ExportTraceServiceResponse,
};

use super::*;
use crate::{
    exporter::{Exporter, QUEUE_BYTES},
    observer::FailureKind,
    span::{SpanId, SpanKind, SpanStatus, TraceId},
};

/// Answer of the scripted collector to one attempt.
#[derive(Clone, Copy)]
enum Step {
    Take,
    Reject(i64),
    Hang,
    Unreachable,
    Refuse,
}

/// A collector that follows a script, then repeats its last step. It notes the instant and the number of spans of each
/// attempt.
#[derive(Default)]
struct Script {
    steps: Mutex<VecDeque<Step>>,
    attempts: Mutex<Vec<(Instant, usize)>>,
}

impl Transport for Arc<Script> {
    async fn export(&self, request: ExportTraceServiceRequest) -> Result<ExportTraceServiceResponse, ExportError> {
        let spans = request.resource_spans[0].scope_spans[0].spans.len();
        self.attempts.lock().unwrap().push((Instant::now(), spans));
        let step = {
            let mut steps = self.steps.lock().unwrap();
            if steps.len() > 1 { steps.pop_front().unwrap() } else { steps[0] }
        };
        match step {
            Step::Take => Ok(ExportTraceServiceResponse::default()),
            Step::Reject(rejected_spans) => {
                let partial = ExportTracePartialSuccess { rejected_spans, error_message: "old".to_owned() };
                Ok(ExportTraceServiceResponse { partial_success: Some(partial) })
            }
            Step::Hang => std::future::pending().await,
            Step::Unreachable => Err(ExportError::Unreachable("refused".into())),
            Step::Refuse => Err(ExportError::Http { status: http::StatusCode::BAD_REQUEST, retry_after: None }),
        }
    }
}

/// An observer that counts.
#[derive(Default)]
struct Counts {
    exported: AtomicU64,
    dropped: [AtomicU64; DropReason::ALL.len()],
    failed: AtomicU64,
}

impl Counts {
    fn exported(&self) -> u64 {
        self.exported.load(SeqCst)
    }

    fn dropped(&self, reason: DropReason) -> u64 {
        self.dropped[reason as usize].load(SeqCst)
    }
}

impl Observer for Counts {
    fn exported(&self, spans: u64) {
        self.exported.fetch_add(spans, SeqCst);
    }

    fn dropped(&self, reason: DropReason, spans: u64) {
        self.dropped[reason as usize].fetch_add(spans, SeqCst);
    }

    fn failed(&self, _kind: FailureKind) {
        self.failed.fetch_add(1, SeqCst);
    }
}

fn started(steps: &[Step]) -> (Exporter, Arc<Script>, Arc<Counts>) {
    let script = Arc::new(Script { steps: Mutex::new(steps.iter().copied().collect()), ..Script::default() });
    let counts = Arc::new(Counts::default());
    (Exporter::over(Arc::clone(&script), Vec::new(), counts.clone()), script, counts)
}

fn spans(count: usize) -> Vec<Span> {
    let span = Span {
        trace_id: TraceId(1),
        span_id: SpanId(2),
        parent: None,
        name: "task".into(),
        kind: SpanKind::Internal,
        start_unix_nanos: 1,
        end_unix_nanos: 2,
        attributes: Vec::new(),
        dropped_attributes: 0,
        status: SpanStatus::Unset,
    };
    vec![span; count]
}

fn attempts(script: &Script, since: Instant) -> Vec<(Duration, usize)> {
    script.attempts.lock().unwrap().iter().map(|(at, spans)| (*at - since, *spans)).collect()
}

#[tokio::test(start_paused = true)]
async fn a_batch_leaves_one_second_after_its_first_span() {
    let (exporter, script, counts) = started(&[Step::Take]);
    let start = Instant::now();
    assert!(exporter.send(spans(2)));
    sleep(Duration::from_millis(900)).await;
    assert!(exporter.send(spans(3)));
    sleep(Duration::from_millis(200)).await;
    assert_eq!(attempts(&script, start), [(GATHER, 5)]);
    assert_eq!(counts.exported(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_full_batch_leaves_at_once() {
    let (exporter, script, _) = started(&[Step::Take]);
    let start = Instant::now();
    let many = BATCH_BYTES / spans(1)[0].weight() + 1;
    assert!(exporter.send(spans(many)));
    sleep(Duration::from_millis(1)).await;
    assert_eq!(attempts(&script, start), [(Duration::ZERO, many)]);
}

#[test]
fn delays_double_and_are_bounded() {
    let millis = Duration::from_millis;
    assert_eq!([1, 2, 3, 4].map(|failed| delay(failed, None, 1.0)), [500, 1_000, 2_000, 4_000].map(millis));
    assert_eq!(delay(1, None, 0.5), millis(250));
    assert_eq!(delay(1, Some(millis(7_000)), 0.5), millis(7_000), "the collector's delay is used unchanged");
    assert_eq!(delay(1, Some(millis(3_600_000)), 1.0), LONGEST_DELAY);
    assert_eq!(delay(u32::MAX, None, 1.5), LONGEST_DELAY);
}

#[tokio::test(start_paused = true)]
async fn a_batch_is_tried_again_and_counted_once() {
    let (exporter, script, counts) = started(&[Step::Unreachable, Step::Unreachable, Step::Take]);
    let start = Instant::now();
    exporter.send(spans(7));
    sleep(Duration::from_secs(10)).await;
    let attempts = attempts(&script, start);
    assert_eq!(attempts.iter().map(|(_, spans)| *spans).collect::<Vec<_>>(), [7, 7, 7]);
    let waited = attempts[2].0 - attempts[0].0;
    assert!((Duration::from_millis(750)..Duration::from_millis(2_250)).contains(&waited), "{waited:?}");
    assert_eq!((counts.exported(), counts.failed.load(SeqCst)), (7, 2));
}

#[tokio::test(start_paused = true)]
async fn a_batch_is_given_up_and_the_next_one_is_exported() {
    let mut steps = vec![Step::Unreachable; ATTEMPTS as usize];
    steps.push(Step::Take);
    let (exporter, _, counts) = started(&steps);
    exporter.send(spans(7));
    sleep(Duration::from_secs(60)).await;
    assert_eq!((counts.exported(), counts.dropped(DropReason::GaveUp)), (0, 7));
    exporter.send(spans(3));
    sleep(Duration::from_secs(2)).await;
    assert_eq!((counts.exported(), counts.failed.load(SeqCst)), (3, 5));
}

#[tokio::test(start_paused = true)]
async fn a_refused_batch_is_not_tried_again() {
    let (exporter, script, counts) = started(&[Step::Refuse]);
    exporter.send(spans(7));
    sleep(Duration::from_secs(60)).await;
    assert_eq!((script.attempts.lock().unwrap().len(), counts.dropped(DropReason::Refused)), (1, 7));
}

#[tokio::test(start_paused = true)]
async fn rejected_spans_are_counted_separately() {
    let (exporter, script, counts) = started(&[Step::Reject(2)]);
    exporter.send(spans(7));
    sleep(Duration::from_secs(60)).await;
    assert_eq!((counts.exported(), counts.dropped(DropReason::Rejected)), (5, 2));
    assert_eq!(script.attempts.lock().unwrap().len(), 1, "a partial success is not tried again");
}

#[tokio::test(start_paused = true)]
async fn a_hanging_collector_costs_spans_and_no_more_memory_than_the_queue() {
    let (exporter, _, counts) = started(&[Step::Hang]);
    let start = Instant::now();
    let (mut taken, mut lost) = (0_usize, 0_usize);
    for _ in 0..30 {
        for _ in 0..1_000 {
            if exporter.send(spans(10)) { taken += 10 } else { lost += 10 }
        }
        sleep(Duration::from_secs(1)).await;
    }
    assert_eq!(Instant::now() - start, Duration::from_secs(30), "no call of send waits");
    let heaviest = taken * spans(1)[0].weight();
    assert!(heaviest <= QUEUE_BYTES && heaviest > QUEUE_BYTES * 9 / 10, "{heaviest}");
    assert_eq!(counts.dropped(DropReason::QueueFull), lost as u64);
    assert_eq!(taken + lost, 300_000);
}

#[tokio::test(start_paused = true)]
async fn the_end_exports_what_is_queued_without_waiting_for_more() {
    let (exporter, script, counts) = started(&[Step::Take]);
    let start = Instant::now();
    exporter.send(spans(4));
    sleep(Duration::from_millis(100)).await;
    exporter.end(Duration::from_secs(2)).await;
    assert_eq!(attempts(&script, start), [(Duration::from_millis(100), 4)]);
    assert_eq!(counts.exported(), 4);
    assert!(!exporter.send(spans(1)));
    assert_eq!(counts.dropped(DropReason::Shutdown), 1);
}

#[tokio::test(start_paused = true)]
async fn the_end_is_in_time_whatever_the_collector_does() {
    for step in [Step::Hang, Step::Unreachable] {
        let (exporter, _, counts) = started(&[step]);
        exporter.send(spans(4));
        sleep(Duration::from_millis(1_500)).await;
        exporter.send(spans(3));
        let asked = Instant::now();
        exporter.end(Duration::from_secs(2)).await;
        assert_eq!(asked.elapsed(), Duration::from_secs(2));
        assert_eq!(counts.dropped(DropReason::Shutdown), 7);
    }
}
