//! A downstream call as JSON, for both kinds of records.

use std::time::Duration;

use live_pack_dal::notes::CallNote;
use serde::Serialize;
use tokio::time::Instant;

/// A downstream call. Times are microseconds since the request was received.
#[derive(Debug, Serialize)]
pub struct CallJson {
    service: &'static str,
    method: &'static str,
    engine: &'static str,
    task: &'static str,
    span_id: String,
    keys: usize,
    start_us: f64,
    /// `None`: the call was still running.
    took_us: Option<f64>,
    end: &'static str,
    attempts: u8,
    retried: bool,
    hedged: bool,
    instance: Option<String>,
}

impl CallJson {
    /// Converts a call of a request that was received at `received`.
    #[must_use]
    pub fn of(note: &CallNote, received: Instant) -> Self {
        let took = |ended: Instant| micros(ended.saturating_duration_since(note.started));
        Self {
            service: note.method.service().name(),
            method: note.method.name(),
            engine: note.asker.engine,
            task: note.asker.task,
            span_id: note.span.to_string(),
            keys: note.keys,
            start_us: micros(note.started.saturating_duration_since(received)),
            took_us: note.ended.map(took),
            end: note.end.name(),
            attempts: note.attempts,
            retried: note.is_retried,
            hedged: note.is_hedged,
            instance: note.instance.map(|at| at.to_string()),
        }
    }
}

/// Microseconds, with the precision of a nanosecond.
#[must_use]
pub fn micros(time: Duration) -> f64 {
    // an f64 holds whole nanoseconds exactly for 104 days
    (time.as_secs_f64() * 1e9).round() / 1e3
}
