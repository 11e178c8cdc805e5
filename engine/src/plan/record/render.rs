//! The record as a log line, JSON, a diagram or a trace.

use std::{fmt, time::Duration};

use serde_json::{Value, json};

use super::Record;
use crate::{
    Outcome, Scene,
    plan::picture::{Look, Picture},
    trace,
};

/// One line for the log: the engine, its duration, and everything except plain success.
impl<S: Scene> fmt::Display for Record<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:.3}ms", self.engine(), f64::from(self.end) / 1e6)?;
        for task in self.tasks() {
            match task.outcome {
                Outcome::Done => {}
                Outcome::Skipped(reason) => write!(f, "; {} skipped: {reason}", task.name)?,
                Outcome::Failed(failure) => write!(f, "; {} failed: {failure}", task.name)?,
                Outcome::Cancelled => write!(f, "; {} cancelled", task.name)?,
            }
        }
        self.stopped_by.map_or(Ok(()), |task| write!(f, "; stopped by {task}"))
    }
}

impl<S: Scene> Record<S> {
    /// The record as formatted by `{}`.
    #[must_use]
    pub fn line(&self) -> String {
        self.to_string()
    }

    /// Everything as JSON. Times are microseconds since the start of the engine. Errors are in their plain form, `{}`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        self.json(words)
    }

    /// [`Record::to_json`] with errors in their detailed form, `{:#}`, which a scene may restrict to the caller.
    #[must_use]
    pub fn to_detailed_json(&self) -> Value {
        self.json(detailed_words)
    }

    fn json(&self, words: fn(&Outcome<S::Error>) -> Words) -> Value {
        let micros = |ns: u32| f64::from(ns) / 1e3;
        let span_micros = |span: Duration| micros(u32::try_from(span.as_nanos()).unwrap_or(u32::MAX));
        let tasks: Vec<Value> = self
            .tasks()
            .map(|task| {
                let (outcome, reason) = words(task.outcome);
                json!({
                    "task": task.name, "stage": task.stage.name(), "strength": task.strength.name(), "outcome": outcome, "reason": reason,
                    "ready_us": micros(task.ready_ns), "start_us": micros(task.start_ns),
                    "end_us": micros(task.end_ns), "spawned": task.spawned,
                    "waiting_us": span_micros(task.waiting()), "queueing_us": span_micros(task.queueing()),
                    "running_us": span_micros(task.running()),
                    "items_in": task.items.map(|items| items.0), "items_out": task.items.map(|items| items.1),
                })
            })
            .collect();
        let stages: Vec<Value> = self
            .stages()
            .map(|stage| {
                let name = stage.stage.name();
                json!({ "stage": name, "start_us": micros(stage.start_ns), "end_us": micros(stage.end_ns) })
            })
            .collect();
        let rejected: Vec<Value> =
            self.rejected().map(|(item, filter, why)| json!({ "item": item, "by": filter, "why": why })).collect();
        let items = self.shared.items().len();
        let (total, page) = self.shared.folded.get().map_or((0, 0), |list| (list.order.len(), list.page.len()));
        json!({
            "engine": self.engine(), "version": self.version(), "mode": self.shared.plan.mode, "took_us": micros(self.end), "stopped_by": self.stopped_by,
            "critical_path": self.critical_path(),
            "list": { "items": items, "kept": total, "page": page }, "rejected": rejected, "stages": stages, "tasks": tasks,
        })
    }
    /// The run as a Mermaid diagram: reads, outcomes, and the critical path in bold.
    #[must_use]
    pub fn to_mermaid(&self) -> String {
        self.picture().to_mermaid()
    }

    /// The run as a Graphviz diagram: reads, outcomes, and the critical path in bold.
    #[must_use]
    pub fn to_dot(&self) -> String {
        self.picture().to_dot(self.engine())
    }

    fn picture(&self) -> Picture {
        let critical = self.critical_nodes();
        self.shared.plan.picture(|id| {
            let task = self.task(id)?;
            let (outcome, reason) = words(task.outcome);
            let took = f64::from(task.end_ns.saturating_sub(task.start_ns)) / 1e6;
            let note = match reason {
                Some(reason) => reason,
                None if task.started => format!("{took:.3} ms"),
                None => outcome.to_owned(),
            };
            let look = match task.outcome {
                Outcome::Done if critical.contains(&id) => Look::Critical,
                Outcome::Done => Look::Plain,
                Outcome::Failed(_) => Look::Failed,
                Outcome::Skipped(_) | Outcome::Cancelled => Look::Absent,
            };
            Some((note, look))
        })
    }

    /// The run as a Chrome trace (`chrome://tracing`, Perfetto): one lane per concurrent task.
    #[must_use]
    pub fn to_chrome_trace(&self) -> Value {
        trace::chrome(trace::engine(1, &self.to_json()))
    }
}

/// An outcome in one word, and its reason.
type Words = (&'static str, Option<String>);

fn detailed_words<E: std::fmt::Display>(outcome: &Outcome<E>) -> Words {
    match outcome {
        Outcome::Failed(failure) => ("failed", Some(format!("{failure:#}"))),
        outcome => words(outcome),
    }
}

/// An outcome in one word and its reason, with errors in their plain form.
pub(crate) fn words<E: std::fmt::Display>(outcome: &Outcome<E>) -> Words {
    match outcome {
        Outcome::Done => ("done", None),
        Outcome::Skipped(reason) => ("skipped", Some(reason.to_string())),
        Outcome::Failed(failure) => ("failed", Some(failure.to_string())),
        Outcome::Cancelled => ("cancelled", None),
    }
}

#[cfg(test)]
mod tests;
