//! The record of a flow as a log line, JSON, a diagram or a trace.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{FlowRecord, StepRecord, Taken};
use crate::{
    Outcome,
    plan::{
        picture::{Arrow, Look, Picture, Shape},
        record::words,
    },
    trace,
};

impl FlowRecord {
    /// One line for the log: the flow, its duration, and everything except plain success.
    #[must_use]
    pub fn line(&self) -> String {
        let mut line = format!("{} {:.3}ms", self.flow(), millis(0, self.took_ns()));
        for step in self.steps() {
            let label = step.label.map(|label| format!(" {label}")).unwrap_or_default();
            let round = if step.round > 1 { format!(" (round {})", step.round) } else { String::new() };
            let round = label + &round;
            // writing to a String cannot fail
            let _ = match step.outcome {
                Outcome::Done => Ok(()),
                Outcome::Skipped(reason) => write!(line, "; {}{round} skipped: {reason}", step.name),
                Outcome::Failed(failure) => write!(line, "; {}{round} failed: {failure}", step.name),
                Outcome::Cancelled => write!(line, "; {}{round} cancelled", step.name),
            };
            let _ = match step.taken {
                Some(Taken::Jumped { to }) => write!(line, "; {}{round} jumped to {to}", step.name),
                Some(Taken::Refused { to, why }) => {
                    write!(line, "; {}{round} was refused the jump to {to}: {why}", step.name)
                }
                Some(Taken::Next | Taken::Finished) | None => Ok(()),
            };
        }
        line
    }

    /// Everything as JSON, including attached records. Times are microseconds since the start of the flow.
    #[must_use]
    #[expect(clippy::indexing_slicing, reason = "a key of an object that was just made")]
    pub fn to_json(&self) -> Value {
        let mut steps: Vec<Value> = Vec::new();
        for (index, line) in self.log.lines.iter().enumerate() {
            let Some(step) = self.seen(line) else { continue };
            let mut told = told(&step);
            let attached = self.log.attached.iter().filter(|(at, _)| *at == index);
            let records: Vec<Value> = attached.map(|(_, record)| record.to_json()).collect();
            if !records.is_empty() {
                told["records"] = json!(records);
            }
            let branches =
                if step.fork.is_some() { steps.last_mut().and_then(|fork| fork.get_mut("branches")) } else { None };
            match branches.and_then(Value::as_array_mut) {
                Some(branches) => branches.push(told),
                None => {
                    if self.branches_of(index).next().is_some() {
                        told["branches"] = json!([]);
                    }
                    steps.push(told);
                }
            }
        }
        json!({
            "flow": self.flow(), "took_us": micros(self.took_ns()), "critical_path": self.critical_path(),
            "steps": steps,
        })
    }

    /// The run as a Mermaid diagram: the sequence, each outcome, and the critical path in bold.
    #[must_use]
    pub fn to_mermaid(&self) -> String {
        self.picture().to_mermaid()
    }

    /// The run as a Graphviz diagram.
    #[must_use]
    pub fn to_dot(&self) -> String {
        self.picture().to_dot(self.flow())
    }

    /// The run as a Chrome trace (`chrome://tracing`, Perfetto): steps in the first lane, branches in their own lanes,
    /// and each attached record as a process of its own, on the clock of the flow.
    #[must_use]
    pub fn to_chrome_trace(&self) -> Value {
        let mut events = vec![json!({
            "name": self.flow(), "cat": "flow", "ph": "X", "pid": 1, "tid": 0,
            "ts": 0.0, "dur": micros(self.took_ns()), "args": {},
        })];
        for line in &self.log.lines {
            let Some(step) = self.seen(line).filter(|step| !matches!(step.outcome, Outcome::Skipped(_))) else {
                continue;
            };
            events.push(json!({
                "name": step.name, "cat": if step.fork.is_some() { "branch" } else { "step" }, "ph": "X", "pid": 1,
                "tid": line.branch.map_or(1, |branch| branch + 2),
                "ts": micros(step.start_ns), "dur": micros(step.end_ns.saturating_sub(step.start_ns)),
                "args": told(&step),
            }));
        }
        for (pid, (_, record)) in (2_u64..).zip(&self.log.attached) {
            let later = record.started_at().saturating_duration_since(self.log.start).as_secs_f64() * 1e6;
            let mut trace = record.to_chrome_trace();
            let theirs = trace.get_mut("traceEvents").and_then(Value::as_array_mut).map(std::mem::take);
            for mut event in theirs.unwrap_or_default() {
                if let Some(event) = event.as_object_mut() {
                    if let Some(ts) = event.get("ts").and_then(Value::as_f64) {
                        event.insert("ts".to_owned(), json!(ts + later));
                    }
                    event.insert("pid".to_owned(), json!(pid));
                }
                events.push(event);
            }
        }
        trace::chrome(events)
    }

    /// One box per line; a fork's branches lead to the box of its merge.
    fn picture(&self) -> Picture {
        let critical = self.critical_lines();
        let mut picture = Picture::default();
        let mut before: Option<(usize, String)> = None;
        for (index, line) in self.log.lines.iter().enumerate() {
            let Some(step) = self.seen(line).filter(|step| step.fork.is_none()) else { continue };
            let opening = picture.boxes.len();
            let branches: Vec<_> = self.branches_of(index).collect();
            if !branches.is_empty() {
                picture.boxes.push(Shape { name: step.name, note: "fork".to_owned(), look: Look::Plain });
            }
            for (at, line) in &branches {
                let Some(branch) = self.seen(line) else { continue };
                picture.arrow(opening, picture.boxes.len(), "");
                picture.boxes.push(shape(&branch, critical.contains(at)));
            }
            let closing = picture.boxes.len();
            for branch in opening + 1..closing {
                picture.arrow(branch, closing, "");
            }
            picture.boxes.push(shape(&step, critical.contains(&index)));
            if let Some((from, text)) = before.take() {
                picture.arrow(from, opening, &text);
            }
            let text = match step.taken {
                Some(Taken::Jumped { to }) => format!("jump to {to}"),
                Some(Taken::Refused { to, why }) => format!("no jump to {to}: {why}"),
                Some(Taken::Next | Taken::Finished) | None => String::new(),
            };
            before = Some((closing, text));
        }
        picture
    }
}

impl Picture {
    fn arrow(&mut self, from: usize, to: usize, text: &str) {
        self.arrows.push(Arrow { from, to, needed: true, text: text.to_owned() });
    }
}

fn shape(step: &StepRecord<'_>, critical: bool) -> Shape {
    let (outcome, reason) = words(step.outcome);
    let took = format!("{:.3} ms", millis(step.start_ns, step.end_ns));
    let note = reason.unwrap_or(if *step.outcome == Outcome::Done { took } else { outcome.to_owned() });
    let look = match step.outcome {
        Outcome::Done if critical => Look::Critical,
        Outcome::Done => Look::Plain,
        Outcome::Failed(_) => Look::Failed,
        Outcome::Skipped(_) | Outcome::Cancelled => Look::Absent,
    };
    let note = if step.round > 1 { format!("round {}: {note}", step.round) } else { note };
    let note = step.label.map_or(note.clone(), |label| format!("{label}: {note}"));
    Shape { name: step.name, note, look }
}

#[expect(clippy::indexing_slicing, reason = "a key of an object that was just made")]
fn told(step: &StepRecord<'_>) -> Value {
    let (outcome, reason) = words(step.outcome);
    let mut told = json!({
        (if step.fork.is_some() { "branch" } else { "step" }): step.name,
        "round": step.round, "outcome": outcome, "reason": reason,
        "start_us": micros(step.start_ns), "end_us": micros(step.end_ns),
    });
    if let Some(label) = step.label {
        told["label"] = json!(label);
    }
    match step.taken {
        Some(Taken::Next) => told["next"] = json!("next"),
        Some(Taken::Finished) => told["next"] = json!("finish"),
        Some(Taken::Jumped { to }) => told["next"] = json!({ "jump": to }),
        Some(Taken::Refused { to, why }) => told["next"] = json!({ "refused": to, "why": why }),
        None => {}
    }
    told
}

/// Times are far below the 104 days above which a float would round a nanosecond.
fn micros(ns: u64) -> f64 {
    ns as f64 / 1e3
}

fn millis(from_ns: u64, to_ns: u64) -> f64 {
    to_ns.saturating_sub(from_ns) as f64 / 1e6
}
