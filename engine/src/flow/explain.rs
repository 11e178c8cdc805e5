//! The definition of a flow, as text and for programs.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{
    Business, Flow,
    shape::{BranchShape, Jump, Kind, StepShape},
};
use crate::{
    Strength,
    plan::picture::{Arrow, Look, Picture, Shape},
};

impl<K: Business> Flow<K> {
    /// The flow as text: its steps, their branches and jumps, and their limits.
    #[must_use]
    pub fn explain(&self) -> String {
        let mut text = String::from(self.shape.flow);
        // writing to a String cannot fail
        let _ = match self.shape.timeout {
            Some(timeout) => writeln!(text, ": timeout {timeout:?}"),
            None => writeln!(text, ": no timeout of its own"),
        };
        for (number, step) in self.shape.steps.iter().enumerate() {
            let _ = write!(text, "  {}. {}", number + 1, step.name);
            if let Kind::Fork { join, .. } = step.kind {
                let _ = write!(text, ": fork, joined on {}", join.words());
            }
            for (jump, _) in &step.jumps {
                let _ = write!(text, " [may jump to {}: {}]", jump.to, limits(jump));
            }
            text.push('\n');
            for branch in step.branches() {
                let _ = writeln!(text, "     {} [{}]", branch.name, notes(branch));
            }
        }
        text
    }

    /// The flow as JSON.
    #[must_use]
    #[expect(clippy::indexing_slicing, reason = "a key of an object that was just made")]
    pub fn explain_json(&self) -> Value {
        let millis = |timeout: std::time::Duration| timeout.as_secs_f64() * 1e3;
        let value = |branch: &BranchShape, field: &str, value: Value| json!({ "value": value, "from": branch.origins.get(field).map_or("default", String::as_str) });
        let branch = |branch: &BranchShape| {
            json!({
                "branch": branch.name, "strength": value(branch, "strength", json!(branch.strength)),
                "enabled": value(branch, "enabled", json!(branch.enabled)),
                "timeout_ms": branch.timeout.map(millis), "conditional": branch.conditional, "each": branch.each,
            })
        };
        let jump = |(jump, _): &(Jump, usize)| json!({ "to": jump.to, "at_most": jump.at_most, "while_left_ms": millis(jump.while_left) });
        let step = |step: &StepShape| {
            let mut told = json!({ "step": step.name, "jumps": step.jumps.iter().map(jump).collect::<Vec<_>>() });
            if let Kind::Fork { join, branches } = &step.kind {
                told["join"] = json!(join.words());
                told["branches"] = branches.iter().map(branch).collect();
            }
            told
        };
        json!({
            "flow": self.shape.flow, "timeout_ms": self.shape.timeout.map(millis),
            "steps": self.shape.steps.iter().map(step).collect::<Vec<_>>(),
        })
    }

    /// The flow as a Mermaid diagram; a dashed arrow is a jump.
    #[must_use]
    pub fn explain_mermaid(&self) -> String {
        self.picture().to_mermaid()
    }

    /// The flow as a Graphviz diagram; a dashed arrow is a jump.
    #[must_use]
    pub fn explain_dot(&self) -> String {
        self.picture().to_dot(self.shape.flow)
    }

    fn picture(&self) -> Picture {
        let mut picture = Picture::default();
        // by step: its entry and its exit
        let mut ends: Vec<(usize, usize)> = Vec::new();
        for step in &self.shape.steps {
            let opening = picture.boxes.len();
            if let Kind::Fork { join, branches } = &step.kind {
                picture.boxes.push(Shape { name: step.name, note: "fork".to_owned(), look: Look::Plain });
                let closing = opening + branches.len() + 1;
                for (branch, shape) in (opening + 1..).zip(branches) {
                    let needed = shape.strength == Strength::Strong;
                    let arrow = |from, to| Arrow { from, to, needed, text: String::new() };
                    picture.arrows.extend([arrow(opening, branch), arrow(branch, closing)]);
                    let look = if shape.enabled { Look::Plain } else { Look::Absent };
                    picture.boxes.push(Shape { name: shape.name, note: notes(shape), look });
                }
                let note = format!("merge on {}", join.words());
                picture.boxes.push(Shape { name: step.name, note, look: Look::Plain });
            } else {
                picture.boxes.push(Shape { name: step.name, note: String::new(), look: Look::Plain });
            }
            ends.push((opening, picture.boxes.len() - 1));
        }
        for (before, after) in ends.iter().zip(ends.iter().skip(1)) {
            picture.arrows.push(Arrow { from: before.1, to: after.0, needed: true, text: String::new() });
        }
        for (step, (_, from)) in self.shape.steps.iter().zip(&ends) {
            let jumps = step.jumps.iter().filter_map(|(jump, target)| Some((jump, ends.get(*target)?.0)));
            picture.arrows.extend(jumps.map(|(jump, to)| Arrow { from: *from, to, needed: false, text: limits(jump) }));
        }
        picture
    }
}

fn limits(jump: &Jump) -> String {
    format!("at most {}×, while {:?} are left", jump.at_most, jump.while_left)
}

fn notes(branch: &BranchShape) -> String {
    let from = |field: &str| branch.origins.get(field).map(|origin| format!(", {origin}")).unwrap_or_default();
    let mut notes = branch.strength.name().to_owned() + &from("strength");
    if !branch.enabled {
        notes.push_str(", switched off");
        notes.push_str(&from("enabled"));
    }
    if branch.each {
        notes.push_str(", as many as the run has");
    }
    if branch.conditional {
        notes.push_str(", if needed");
    }
    if let Some(timeout) = branch.timeout {
        // writing to a String cannot fail
        let _ = write!(notes, ", timeout {timeout:?}");
    }
    notes
}
