//! Makes the calls and counts the results.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use hdrhistogram::Histogram;
use live_pack_idl::json::message;
use tokio::{
    sync::{Mutex, mpsc},
    task::JoinSet,
    time::{Instant, sleep},
};

use crate::cli::{
    call::SEQUENCE,
    target::Route,
    wire::{Connection, WireError},
};

/// The end of a measurement.
#[derive(Debug, Clone, Copy)]
pub enum Stop {
    /// After this many calls.
    Requests(u64),
    /// After this duration.
    After(Duration),
}

/// The plan of a measurement.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The framed call, the same every time.
    pub frame: Vec<u8>,
    /// The server.
    pub route: Route,
    /// Number of connections.
    pub connections: u16,
    /// The end of the measurement.
    pub stop: Stop,
    /// Calls per second; `None` is the closed loop.
    pub rate: Option<u32>,
    /// Time limit of a call.
    pub timeout: Duration,
    /// Maximum latency of a good answer.
    pub slo: Duration,
    /// Whether a call is sent once more, over a new connection, if its connection ends before a byte of the answer.
    pub resend: bool,
}

/// The results of a measurement.
#[derive(Debug, Clone)]
pub struct Tally {
    /// Latencies in microseconds, of every answer whatever its status.
    pub latency: Histogram<u64>,
    /// Answers by status.
    pub statuses: BTreeMap<i32, u64>,
    /// Calls without an answer by kind.
    pub errors: BTreeMap<&'static str, u64>,
    /// Answers with status 0 within the limit.
    pub good: u64,
    /// Calls that were sent once more.
    pub resent: u64,
    /// From the first call to the last answer.
    pub elapsed: Duration,
}

/// Three digits from a microsecond to two minutes.
fn histogram() -> Result<Histogram<u64>, hdrhistogram::CreationError> {
    Histogram::new_with_bounds(1, 120_000_000, 3)
}

impl Tally {
    /// An empty tally.
    ///
    /// # Errors
    /// The histogram refuses its constant bounds, which a test rules out.
    pub fn new() -> Result<Self, hdrhistogram::CreationError> {
        Ok(Self {
            latency: histogram()?,
            statuses: BTreeMap::new(),
            errors: BTreeMap::new(),
            good: 0,
            resent: 0,
            elapsed: Duration::ZERO,
        })
    }

    fn answered(&mut self, status: i32, took: Duration, slo: Duration) {
        *self.statuses.entry(status).or_default() += 1;
        self.latency.saturating_record(u64::try_from(took.as_micros()).unwrap_or(u64::MAX).max(1));
        if status == 0 && took <= slo {
            self.good += 1;
        }
    }

    fn failed(&mut self, kind: &'static str) {
        *self.errors.entry(kind).or_default() += 1;
    }

    fn add(&mut self, other: Self) {
        for (status, count) in other.statuses {
            *self.statuses.entry(status).or_default() += count;
        }
        for (kind, count) in other.errors {
            *self.errors.entry(kind).or_default() += count;
        }
        self.good += other.good;
        self.resent += other.resent;
        // The bounds are the same on both sides: adding cannot fail.
        let added = self.latency.add(other.latency);
        debug_assert!(added.is_ok());
    }
}

/// The source of the start times of calls.
#[derive(Clone)]
enum Turns {
    /// At once, while there are calls or time left.
    Closed { left: Arc<AtomicU64>, end: Option<Instant> },
    /// At the instants that the pacer sends.
    Open(Arc<Mutex<mpsc::UnboundedReceiver<Instant>>>),
}

impl Turns {
    /// The instant from which the next call's latency is measured; `None` after the last call.
    async fn next(&self) -> Option<Instant> {
        match self {
            Self::Closed { left, end } => {
                let now = Instant::now();
                let taken = left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
                (taken.is_ok() && end.is_none_or(|end| now < end)).then_some(now)
            }
            Self::Open(turns) => turns.lock().await.recv().await,
        }
    }
}

/// Runs `plan`.
///
/// # Errors
/// As [`Tally::new`].
pub async fn run(plan: Plan) -> Result<Tally, hdrhistogram::CreationError> {
    let plan = Arc::new(plan);
    let started = Instant::now();
    let turns = match plan.rate {
        None => Turns::Closed {
            left: Arc::new(AtomicU64::new(match plan.stop {
                Stop::Requests(requests) => requests,
                Stop::After(_) => u64::MAX,
            })),
            end: match plan.stop {
                Stop::Requests(_) => None,
                Stop::After(duration) => Some(started + duration),
            },
        },
        Some(rate) => Turns::Open(Arc::new(Mutex::new(pace(rate, plan.stop, started)))),
    };
    let mut total = Tally::new()?;
    let mut connections = JoinSet::new();
    for _ in 0..plan.connections {
        let tally = Tally::new()?;
        connections.spawn(work(plan.clone(), turns.clone(), tally));
    }
    while let Some(ended) = connections.join_next().await {
        match ended {
            Ok(tally) => total.add(tally),
            Err(_) => total.failed("connection task died"),
        }
    }
    total.elapsed = started.elapsed();
    Ok(total)
}

/// Sends the start times of calls, from a separate thread.
fn pace(rate: u32, stop: Stop, started: Instant) -> mpsc::UnboundedReceiver<Instant> {
    let (sender, receiver) = mpsc::unbounded_channel();
    let starts = (0_u64..)
        .map(move |number| started + Duration::from_nanos(number.saturating_mul(1_000_000_000) / u64::from(rate)));
    let all_sent = move |number: u64, at: Instant| match stop {
        Stop::Requests(requests) => number >= requests,
        Stop::After(duration) => at >= started + duration,
    };
    tokio::task::spawn_blocking(move || {
        for (number, at) in (0_u64..).zip(starts) {
            if all_sent(number, at) {
                break;
            }
            #[expect(
                clippy::disallowed_methods,
                reason = "a thread of its own; timers of tokio are a millisecond coarse"
            )]
            std::thread::sleep(at.saturating_duration_since(Instant::now()));
            if sender.send(at).is_err() {
                break;
            }
        }
    });
    receiver
}

/// One connection: call after call, with a new connection after each failure.
async fn work(plan: Arc<Plan>, turns: Turns, mut tally: Tally) -> Tally {
    let mut connection = None;
    while let Some(start) = turns.next().await {
        if start.elapsed() > plan.timeout {
            // Its caller would have given up by now. Sending it anyway would only lengthen the queue.
            tally.failed("not sent in time");
            continue;
        }
        let mut open = match connection.take() {
            Some(open) => open,
            None => match Connection::open(&plan.route, plan.timeout).await {
                Ok(open) => open,
                Err(error) => {
                    tally.failed(kind(&error));
                    sleep(Duration::from_millis(10)).await;
                    continue;
                }
            },
        };
        let mut exchanged = open.exchange(&plan.frame).await.map(<[u8]>::len);
        if plan.resend && matches!(exchanged, Err(WireError::Closed { .. })) {
            tally.resent += 1;
            exchanged = match Connection::open(&plan.route, plan.timeout).await {
                Ok(fresh) => {
                    open = fresh;
                    open.exchange(&plan.frame).await.map(<[u8]>::len)
                }
                Err(error) => Err(error),
            };
        }
        match exchanged.map(|_| open.frame()) {
            Err(error) => tally.failed(kind(&error)),
            Ok(frame) => match message::status(frame, SEQUENCE) {
                Ok(status) => {
                    tally.answered(status, start.elapsed(), plan.slo);
                    connection = Some(open);
                }
                Err(message::MessageError::Exception { .. }) => tally.failed("exception"),
                Err(_) => tally.failed("not an answer"),
            },
        }
    }
    tally
}

fn kind(error: &WireError) -> &'static str {
    match error {
        WireError::Connect { .. } => "cannot connect",
        WireError::Broken { .. } | WireError::Closed { .. } => "connection broken",
        WireError::Timeout { .. } => "timeout",
        WireError::Length { .. } => "not an answer",
    }
}
