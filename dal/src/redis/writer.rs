//! Background writes to Redis.

use std::{sync::Arc, time::Duration};

use prometheus::IntCounterVec;
use tokio::{sync::mpsc, time::timeout};

use super::{classified, error, health::Health, link::Link};
use crate::ErrorKind;

/// A change of one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Write {
    /// The whole key.
    pub(crate) key: String,
    /// The change.
    pub(crate) change: Change,
    /// Lifetime of the key from now on; written in milliseconds, at least one.
    pub(crate) ttl: Duration,
}

/// A change of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    /// Sets this value.
    Set(Vec<u8>),
    /// Increments the counter; a missing key counts from zero.
    Count,
}

/// Makes the changes of one load.
pub(super) type Writes = Box<dyn FnOnce() -> Vec<Write> + Send>;

/// Approximate number of changes per round trip.
const BATCH: usize = 256;

/// Longest wait for one round trip.
const WAIT: Duration = Duration::from_millis(500);

/// Writes queued changes, many per round trip. Changes that come while Redis is unavailable or refuses writes are
/// dropped: values would have expired, and a late count may count for another day.
pub(super) async fn run(
    mut queue: mpsc::Receiver<Writes>,
    link: Arc<Link>,
    health: Arc<Health>,
    outcomes: IntCounterVec,
) {
    let (written, failed) = (outcomes.with_label_values(&["written"]), outcomes.with_label_values(&["failed"]));
    while let Some(make) = queue.recv().await {
        let mut batch = make();
        while batch.len() < BATCH
            && let Ok(make) = queue.try_recv()
        {
            batch.extend(make());
        }
        let done = health.takes_writes() && {
            let (mut connection, pipeline) = (link.connection(), pipeline(&batch));
            let answer = match timeout(WAIT, pipeline.query_async::<()>(&mut connection)).await {
                Ok(answer) => answer.map_err(|failed| classified("SET", &failed)),
                Err(_) => Err(error("SET", ErrorKind::Timeout, "no answer in time")),
            };
            match &answer {
                Ok(()) => health.wrote(),
                Err(error) => health.write_failed(error),
            }
            answer.is_ok()
        };
        let outcome = if done { &written } else { &failed };
        outcome.inc_by(batch.len() as u64);
    }
}

fn pipeline(batch: &[Write]) -> redis::Pipeline {
    let mut pipeline = redis::pipe();
    // A counter and its expiry are written together: without the expiry it would never end.
    if batch.iter().any(|write| write.change == Change::Count) {
        pipeline.atomic();
    }
    for Write { key, change, ttl } in batch {
        let millis = u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX).max(1);
        match change {
            Change::Set(value) => pipeline.cmd("SET").arg(key).arg(value).arg("PX").arg(millis).ignore(),
            Change::Count => pipeline.cmd("INCR").arg(key).ignore().cmd("PEXPIRE").arg(key).arg(millis).ignore(),
        };
    }
    pipeline
}
