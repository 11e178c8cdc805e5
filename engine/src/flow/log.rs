//! The log of a run: one line per step and branch, on the clock of the flow.

use std::{sync::Arc, time::Duration};

use serde_json::Value;
use tokio::time::Instant;

use super::{outcome::Told, shape::Shape};

/// The transition after a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// The next step in sequence.
    Next,
    /// A step that it jumped to.
    Jumped {
        /// The target.
        to: &'static str,
    },
    /// The next step in sequence, because a jump was refused.
    Refused {
        /// The target.
        to: &'static str,
        /// The reason: `too often` or `too little time`.
        why: &'static str,
    },
    /// None: the step finished the flow.
    Finished,
}

/// A record that can be attached to a step: that of an engine or a flow.
pub trait Attach: Send + Sync {
    /// The engine or flow.
    fn name(&self) -> &'static str;

    /// When it was started.
    fn started_at(&self) -> Instant;

    /// One line for the log.
    fn line(&self) -> String;

    /// The whole record as JSON.
    fn to_json(&self) -> Value;

    /// The record as a Chrome trace, on its own clock.
    fn to_chrome_trace(&self) -> Value;
}

/// A step or a branch in one round. Times are nanoseconds since the start of the flow.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) place: usize,
    /// Its index in the fork, for a branch.
    pub(super) branch: Option<usize>,
    /// Distinguishes branches whose number is known only at run time.
    pub(super) label: Option<Arc<str>>,
    pub(super) round: u32,
    pub(super) start: u64,
    pub(super) end: u64,
    /// `None` while it is running.
    pub(super) outcome: Option<Told>,
    pub(super) taken: Option<Taken>,
}

pub(super) struct Log {
    pub(super) shape: Arc<Shape>,
    pub(super) start: Instant,
    /// The last reading of the clock, shared by consecutive events.
    now: Instant,
    pub(super) lines: Vec<Line>,
    /// Attached records, each with its line.
    pub(super) attached: Vec<(usize, Box<dyn Attach>)>,
}

impl Log {
    pub(super) fn new(shape: Arc<Shape>, start: Instant) -> Self {
        let lines = Vec::with_capacity(shape.lines());
        Self { shape, start, now: start, lines, attached: Vec::new() }
    }

    pub(super) const fn now(&self) -> Instant {
        self.now
    }

    pub(super) fn read_clock(&mut self) -> Instant {
        self.now = self.now.max(Instant::now());
        self.now
    }

    /// Records the start of a step and its branches.
    pub(super) fn begin(&mut self, place: usize) -> (usize, u32) {
        let line = self.lines.len();
        let rounds = self.lines.iter().filter(|line| line.place == place && line.branch.is_none()).count();
        let round = u32::try_from(rounds).unwrap_or(u32::MAX).saturating_add(1);
        let start = self.offset();
        let branches =
            self.shape.steps.get(place).map_or(0, |step| if step.each() { 0 } else { step.branches().len() });
        let which = std::iter::once(None).chain((0..branches).map(Some));
        let line_of = |branch| Line { place, branch, label: None, round, start, end: 0, outcome: None, taken: None };
        self.lines.extend(which.map(line_of));
        (line, round)
    }

    /// Adds lines for the branches of the step that begins; the first must be on `line`.
    pub(super) fn begin_each(&mut self, line: usize, labels: &[Arc<str>]) {
        let Some(&Line { place, round, start, .. }) = self.lines.get(line.saturating_sub(1)) else { return };
        let branches = labels.iter().enumerate();
        self.lines.extend(branches.map(|(branch, label)| {
            let (branch, label) = (Some(branch), Some(Arc::clone(label)));
            Line { place, branch, label, round, start, end: 0, outcome: None, taken: None }
        }));
    }

    pub(super) fn end_line(&mut self, line: usize, outcome: Told) {
        let end = self.offset();
        if let Some(line) = self.lines.get_mut(line) {
            (line.end, line.outcome) = (end, Some(outcome));
        }
    }

    pub(super) fn taken(&mut self, line: usize, taken: Taken) {
        if let Some(line) = self.lines.get_mut(line) {
            line.taken = Some(taken);
        }
    }

    /// Number of jumps of the step at `place` to `to`.
    pub(super) fn jumps(&self, place: usize, to: &'static str) -> usize {
        let jumped = Some(Taken::Jumped { to });
        self.lines.iter().filter(|line| line.place == place && line.taken == jumped).count()
    }

    /// The name of the step at `place`.
    pub(super) fn name(&self, place: usize) -> &'static str {
        self.shape.steps.get(place).map_or("", |step| step.name)
    }

    fn offset(&self) -> u64 {
        u64::try_from(self.now.saturating_duration_since(self.start).as_nanos()).unwrap_or(u64::MAX)
    }
}

/// One turn of a step: information about the run, and a place to attach records.
pub struct Turn<'a> {
    pub(super) log: &'a mut Log,
    pub(super) line: usize,
    pub(super) place: usize,
    pub(super) round: u32,
    pub(super) deadline: Instant,
}

impl std::fmt::Debug for Turn<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Turn").field("step", &self.step()).field("round", &self.round).finish_non_exhaustive()
    }
}

impl Turn<'_> {
    /// The name of the step.
    #[must_use]
    pub fn step(&self) -> &'static str {
        self.log.name(self.place)
    }

    /// Number of times that the step has started in this run, from 1.
    #[must_use]
    pub const fn round(&self) -> u32 {
        self.round
    }

    /// Deadline of the flow.
    #[must_use]
    pub const fn deadline(&self) -> Instant {
        self.deadline
    }

    /// Time left until the deadline.
    #[must_use]
    pub fn remaining(&self) -> Duration {
        self.deadline.saturating_duration_since(self.log.now)
    }

    /// Attaches the record of an engine or flow that ran in this step: to the branch of the same name, else to
    /// the step.
    pub fn attach(&mut self, record: impl Attach + 'static) {
        let name = record.name();
        let branches = self.log.shape.steps.get(self.place).map_or(&[][..], |step| step.branches());
        let bears = |(_, line): &(usize, &Line)| match &line.label {
            Some(label) => **label == *name,
            None => line.branch.and_then(|branch| branches.get(branch)).is_some_and(|branch| branch.name == name),
        };
        let line =
            self.log.lines.iter().enumerate().skip(self.line + 1).find(bears).map_or(self.line, |(line, _)| line);
        self.log.attached.push((line, Box::new(record)));
    }
}
