//! The downstream calls of a request: a bounded list, for its record and its trace.

use std::{
    net::SocketAddr,
    sync::{Mutex, MutexGuard, PoisonError},
};

use live_pack_idl::DownstreamMethod;
use tokio::time::Instant;

use super::Asker;
use crate::{ErrorKind, model::SpanId};

/// Maximum number of calls in the list of a request; further ones are only counted.
pub const MOST_CALLS: usize = 256;

/// The end of a call, without any text of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallEnd {
    /// Still under way when the list was read.
    Running,
    /// Answered.
    Answered,
    /// Failed.
    Failed(ErrorKind),
    /// Cancelled by the task, or together with it.
    Cancelled,
}

impl CallEnd {
    /// The name in records and traces: `running`, `answered`, `cancelled`, or that of the kind of failure.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Answered => "answered",
            Self::Failed(kind) => kind.name(),
            Self::Cancelled => "cancelled",
        }
    }
}

/// The reason for an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    First,
    Retry,
    Hedge,
}

/// A downstream call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallNote {
    /// The method.
    pub method: DownstreamMethod,
    /// Engine and task that made the call.
    pub asker: Asker,
    /// The span of the call, whose id is sent to the service.
    pub span: SpanId,
    /// Number of requested keys.
    pub keys: usize,
    /// Start of the call.
    pub started: Instant,
    /// Time of the end; `None` while the call is under way.
    pub ended: Option<Instant>,
    /// Outcome of the call.
    pub end: CallEnd,
    /// Number of attempts; 0: the call was not made, or was mocked.
    pub attempts: u8,
    /// Whether a second attempt was made after a failure.
    pub is_retried: bool,
    /// Whether a second attempt was started while a slow first one was running.
    pub is_hedged: bool,
    /// The instance that was called last.
    pub instance: Option<SocketAddr>,
}

/// The calls of one request, in the order of their start.
#[derive(Debug, Default)]
pub struct CallLog {
    // std mutex: held to write one note, never across an await
    log: Mutex<Log>,
}

#[derive(Debug, Default)]
struct Log {
    notes: Vec<CallNote>,
    /// Number of calls, including those beyond the list.
    begun: u64,
}

impl CallLog {
    /// Notes that a call for this number of keys begins in a request with this span.
    pub(crate) fn begin(&self, method: DownstreamMethod, asker: Asker, request: SpanId, keys: usize) -> Noted<'_> {
        let started = Instant::now();
        let mut log = self.lock();
        let span = request.child(log.begun);
        log.begun += 1;
        if log.notes.len() >= MOST_CALLS {
            return Noted { log: self, index: None, span };
        }
        log.notes.push(CallNote {
            method,
            asker,
            span,
            keys,
            started,
            ended: None,
            end: CallEnd::Running,
            attempts: 0,
            is_retried: false,
            is_hedged: false,
            instance: None,
        });
        Noted { log: self, index: Some(log.notes.len() - 1), span }
    }

    /// The calls so far, and the number of those that did not fit into the list.
    #[must_use]
    pub fn list(&self) -> (Vec<CallNote>, u64) {
        let log = self.lock();
        (log.notes.clone(), log.begun.saturating_sub(log.notes.len() as u64))
    }

    fn lock(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call under way. Dropped before its end, the call counts as cancelled.
#[derive(Debug)]
pub(crate) struct Noted<'a> {
    log: &'a CallLog,
    /// Its index in the list; `None`: the list was full, or the call has ended.
    index: Option<usize>,
    span: SpanId,
}

impl Noted<'_> {
    /// The span of the call.
    pub(crate) const fn span(&self) -> SpanId {
        self.span
    }

    /// Notes an attempt.
    pub(crate) fn attempt(&self, why: Why, instance: SocketAddr) {
        self.write(|note| {
            note.attempts = note.attempts.saturating_add(1);
            note.is_retried |= why == Why::Retry;
            note.is_hedged |= why == Why::Hedge;
            note.instance = Some(instance);
        });
    }

    /// Notes the end.
    pub(crate) fn end(mut self, end: CallEnd) {
        self.close(end);
    }

    fn close(&mut self, end: CallEnd) {
        self.write(|note| (note.end, note.ended) = (end, Some(Instant::now())));
        self.index = None;
    }

    fn write(&self, write: impl FnOnce(&mut CallNote)) {
        let Some(index) = self.index else { return };
        if let Some(note) = self.log.lock().notes.get_mut(index) {
            write(note);
        }
    }
}

impl Drop for Noted<'_> {
    fn drop(&mut self) {
        self.close(CallEnd::Cancelled);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing, reason = "tests")]

    use std::{collections::HashSet, time::Duration};

    use super::*;
    use crate::testing::millis;

    const METHOD: DownstreamMethod = DownstreamMethod::MGetProductModel;

    fn begin(log: &CallLog) -> Noted<'_> {
        log.begin(METHOD, Asker::default(), SpanId(7), 3)
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_has_an_end_attempts_and_times() {
        let log = CallLog::default();
        let (ours, other) = (([127, 0, 0, 1], 1).into(), ([127, 0, 0, 1], 2).into());
        let noted = begin(&log);
        noted.attempt(Why::First, ours);
        tokio::time::advance(millis(7)).await;
        noted.attempt(Why::Retry, other);
        noted.end(CallEnd::Failed(ErrorKind::Broken));
        let running = begin(&log);
        drop(begin(&log));
        let (notes, more) = log.list();
        assert_eq!(notes.iter().map(|note| note.end.name()).collect::<Vec<_>>(), ["broken", "running", "cancelled"]);
        let first = &notes[0];
        assert_eq!((first.attempts, first.is_retried, first.is_hedged, first.instance), (2, true, false, Some(other)));
        assert_eq!(first.ended.map(|ended| ended - first.started), Some(Duration::from_millis(7)));
        assert_eq!((notes[1].ended, notes[1].span, more), (None, running.span(), 0));
    }

    #[tokio::test]
    async fn calls_beyond_the_list_are_counted_and_have_spans_of_their_own() {
        let log = CallLog::default();
        let spans: HashSet<SpanId> = (0..MOST_CALLS + 5).map(|_| begin(&log).span()).collect();
        let (notes, more) = log.list();
        assert_eq!((notes.len(), more, spans.len()), (MOST_CALLS, 5, MOST_CALLS + 5));
    }
}
