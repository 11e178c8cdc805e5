//! The recorder: observations by the bodies of fake tasks, on the test clock.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Event {
    Started,
    Ended,
    Dropped,
}

type Entry = (&'static str, Event, Instant);

/// Records when the bodies of fake tasks started, ended, or were dropped before their end. Clones share the record.
///
/// The engine's own [`crate::Record`] contains the outcome of each task, the recorder what actually ran; tests compare
/// the two.
#[derive(Debug, Clone)]
pub struct Recorder {
    since: Instant,
    // std mutex: held to push or copy, never across an await
    events: Arc<Mutex<Vec<Entry>>>,
}

impl Default for Recorder {
    fn default() -> Self {
        Self { since: Instant::now(), events: Arc::default() }
    }
}

impl Recorder {
    /// An empty record; times count from now.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The tasks whose bodies were started, in order.
    #[must_use]
    pub fn started(&self) -> Vec<&'static str> {
        self.all(Event::Started)
    }

    /// The tasks whose bodies completed, in order.
    #[must_use]
    pub fn ended(&self) -> Vec<&'static str> {
        self.all(Event::Ended)
    }

    /// The tasks whose bodies were dropped before completion, including panics, in order.
    #[must_use]
    pub fn dropped(&self) -> Vec<&'static str> {
        self.all(Event::Dropped)
    }

    /// The tasks whose bodies still exist.
    #[must_use]
    pub fn alive(&self) -> Vec<&'static str> {
        let gone = [self.ended(), self.dropped()].concat();
        self.started().into_iter().filter(|task| !gone.contains(task)).collect()
    }

    /// Start time of the body of `task`, since the creation of the recorder.
    #[must_use]
    pub fn started_at(&self, task: &str) -> Option<Duration> {
        self.at(task, Event::Started)
    }

    /// Time at which the body of `task` completed.
    #[must_use]
    pub fn ended_at(&self, task: &str) -> Option<Duration> {
        self.at(task, Event::Ended)
    }

    /// Time at which the body of `task` was dropped before completion.
    #[must_use]
    pub fn dropped_at(&self, task: &str) -> Option<Duration> {
        self.at(task, Event::Dropped)
    }

    fn all(&self, event: Event) -> Vec<&'static str> {
        let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        events.iter().filter(|(_, what, _)| *what == event).map(|(task, ..)| *task).collect()
    }

    fn at(&self, task: &str, event: Event) -> Option<Duration> {
        let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        events.iter().find(|(name, what, _)| *name == task && *what == event).map(|(.., at)| *at - self.since)
    }

    fn push(&self, task: &'static str, event: Event) {
        self.events.lock().unwrap_or_else(PoisonError::into_inner).push((task, event, Instant::now()));
    }

    pub(super) fn start(&self, task: &'static str) -> Life {
        self.push(task, Event::Started);
        Life { recorder: self.clone(), task, ended: false }
    }
}

/// The lifetime of a body. If it is dropped before completion, it records that.
pub(super) struct Life {
    recorder: Recorder,
    task: &'static str,
    ended: bool,
}

impl Life {
    pub(super) fn end(mut self) {
        self.ended = true;
        self.recorder.push(self.task, Event::Ended);
    }
}

impl Drop for Life {
    fn drop(&mut self) {
        if !self.ended {
            self.recorder.push(self.task, Event::Dropped);
        }
    }
}
