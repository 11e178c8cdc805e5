//! Writes to Redis that nobody waits for.

use std::{sync::Arc, time::Duration};

use prometheus::IntCounterVec;
use tokio::{sync::mpsc, time::timeout};

use super::{health::Health, link::Link};

/// A value that lapses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Write {
    /// The whole key.
    pub(crate) key: String,
    /// The value as it is stored.
    pub(crate) value: Vec<u8>,
    /// How long it is kept; written in milliseconds, at least one.
    pub(crate) ttl: Duration,
}

/// Makes the values of one load.
pub(super) type Writes = Box<dyn FnOnce() -> Vec<Write> + Send>;

/// Values written in one round trip, about.
const BATCH: usize = 256;

/// Longest wait for one round trip.
const WAIT: Duration = Duration::from_millis(500);

/// Writes what comes, many values a round trip. Values that come while Redis is away are dropped: they will have lapsed.
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
        let done = !health.is_away() && {
            let (mut connection, mut pipeline) = (link.connection(), redis::pipe());
            for write in &batch {
                let millis = u64::try_from(write.ttl.as_millis()).unwrap_or(u64::MAX).max(1);
                pipeline.cmd("SET").arg(&write.key).arg(&write.value).arg("PX").arg(millis).ignore();
            }
            matches!(timeout(WAIT, pipeline.query_async::<()>(&mut connection)).await, Ok(Ok(())))
        };
        let outcome = if done { &written } else { &failed };
        outcome.inc_by(batch.len() as u64);
    }
}
