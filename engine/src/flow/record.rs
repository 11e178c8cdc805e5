//! The record of a flow: all events by step, branch and round.

mod render;

use serde_json::Value;
use tokio::time::Instant;

use super::log::{Attach, Line, Log, Taken};
use crate::{Outcome, Record, Scene};

/// The record of a step or a branch in one round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StepRecord<'a> {
    /// Its name.
    pub name: &'static str,
    /// The fork that it is a branch of.
    pub fork: Option<&'static str>,
    /// Its label, for a branch of [`super::Fork::each`].
    pub label: Option<&'a str>,
    /// Number of times that it had started, from 1.
    pub round: u32,
    /// Start time in nanoseconds since the start of the flow.
    pub start_ns: u64,
    /// End time in nanoseconds since the start of the flow.
    pub end_ns: u64,
    /// Its outcome; an error is kept as its text.
    pub outcome: &'a Outcome<Box<str>>,
    /// The transition after it; `None` for a branch, and for a step that ended the flow.
    pub taken: Option<Taken>,
}

impl<S: Scene> Attach for Record<S> {
    fn name(&self) -> &'static str {
        self.engine()
    }

    fn started_at(&self) -> Instant {
        Self::started_at(self)
    }

    fn line(&self) -> String {
        Self::line(self)
    }

    fn to_json(&self) -> Value {
        Self::to_json(self)
    }

    fn to_chrome_trace(&self) -> Value {
        Self::to_chrome_trace(self)
    }
}

impl Attach for FlowRecord {
    fn name(&self) -> &'static str {
        self.flow()
    }

    fn started_at(&self) -> Instant {
        self.log.start
    }

    fn line(&self) -> String {
        Self::line(self)
    }

    fn to_json(&self) -> Value {
        Self::to_json(self)
    }

    fn to_chrome_trace(&self) -> Value {
        Self::to_chrome_trace(self)
    }
}

/// The record of a run of a flow. Written while it runs, rendered on request.
pub struct FlowRecord {
    log: Log,
    took: u64,
}

impl std::fmt::Debug for FlowRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.line())
    }
}

impl FlowRecord {
    /// The record of a run that has ended: every line has an outcome.
    pub(super) fn new(log: Log) -> Self {
        let took = u64::try_from(log.now().saturating_duration_since(log.start).as_nanos()).unwrap_or(u64::MAX);
        Self { log, took }
    }

    /// The flow.
    #[must_use]
    pub fn flow(&self) -> &'static str {
        self.log.shape.flow
    }

    /// Duration of the flow in nanoseconds.
    #[must_use]
    pub const fn took_ns(&self) -> u64 {
        self.took
    }

    /// Every step in start order, each followed by its branches in declared order.
    pub fn steps(&self) -> impl Iterator<Item = StepRecord<'_>> {
        self.log.lines.iter().filter_map(|line| self.seen(line))
    }

    /// The attached records, each with its step or branch.
    pub fn attached(&self) -> impl Iterator<Item = (&'static str, &dyn Attach)> {
        let line = |line: &usize| self.log.lines.get(*line).and_then(|line| self.seen(line));
        self.log.attached.iter().filter_map(move |(at, record)| Some((line(at)?.name, &**record)))
    }

    /// The steps and branches that determined the duration: every step, and for a fork the last branch to end.
    #[must_use]
    pub fn critical_path(&self) -> Vec<&'static str> {
        self.critical_lines().into_iter().filter_map(|line| Some(self.seen(self.log.lines.get(line)?)?.name)).collect()
    }

    fn critical_lines(&self) -> Vec<usize> {
        let mut path = Vec::new();
        for (index, _) in self.log.lines.iter().enumerate().filter(|(_, line)| line.branch.is_none()) {
            let branches = self.branches_of(index);
            let ran = branches.filter(|(_, line)| !matches!(line.outcome, Some(Outcome::Skipped(_)) | None));
            // of several that ended at the same time, the first declared
            path.extend(ran.max_by_key(|(index, line)| (line.end, std::cmp::Reverse(*index))).map(|(index, _)| index));
            path.push(index);
        }
        path
    }

    /// The lines of the branches of the fork at `index`.
    fn branches_of(&self, index: usize) -> impl Iterator<Item = (usize, &Line)> {
        let after = self.log.lines.iter().enumerate().skip(index + 1);
        after.take_while(|(_, line)| line.branch.is_some())
    }

    fn seen<'a>(&'a self, line: &'a Line) -> Option<StepRecord<'a>> {
        let step = self.log.shape.steps.get(line.place)?;
        let (name, fork) = match line.branch {
            Some(branch) => (step.branch(branch)?.name, Some(step.name)),
            None => (step.name, None),
        };
        Some(StepRecord {
            name,
            fork,
            label: line.label.as_deref(),
            round: line.round,
            start_ns: line.start,
            end_ns: line.end,
            outcome: line.outcome.as_ref()?,
            taken: line.taken,
        })
    }
}
