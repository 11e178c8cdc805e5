//! The effective plan, for people and for programs: what runs, after whom, and why.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{Cause, Plan};
use crate::{Scene, Stage, Strength, by_node::NodeId, reads};

impl<S: Scene> Plan<S> {
    /// The effective plan as text: by stage each task with its switches, its limits and what it waits for.
    #[must_use]
    pub fn explain(&self) -> String {
        let mut text = String::new();
        // writing to a String cannot fail
        let _ = writeln!(
            text,
            "{}: {:?} mode, timeout {:?}, of which {:?} are kept for the converters; answers {}",
            self.engine, self.mode, self.timeout, self.reserve, self.answer_name
        );
        for stage in Stage::ALL {
            let mut nodes = self.nodes.iter().filter(|(_, node)| node.is_task() && node.stage == stage).peekable();
            if nodes.peek().is_some() {
                let _ = writeln!(text, "{stage}");
            }
            for (_, node) in nodes {
                let _ = write!(text, "  {}", node.name);
                if !node.enabled {
                    text.push_str(" [switched off]");
                }
                if let Some(strength) = node.strength {
                    let strength = if strength == Strength::Strong { "strong" } else { "weak" };
                    let _ = write!(text, " [{strength} by configuration]");
                }
                if let Some(timeout) = node.timeout {
                    let _ = write!(text, " [timeout {timeout:?}]");
                }
                if let Some(rollout) = &node.rollout {
                    let _ = write!(text, " [rolled out to {} %]", rollout.percent);
                }
                let waits: Vec<_> = node.predecessors.iter().filter_map(|edge| self.waits_for(node, edge)).collect();
                let _ = if waits.is_empty() { writeln!(text) } else { writeln!(text, " ← {}", waits.join(", ")) };
            }
        }
        text
    }

    /// The effective plan as JSON. `origin` says where a value comes from – of which task (`None`: the engine), of which
    /// key – for every value that configuration may set; what it does not know is the default.
    #[must_use]
    pub fn explain_json(&self, origin: impl Fn(Option<&str>, &str) -> Option<String>) -> Value {
        let value = |task: Option<&str>, key: &str, value: Value| json!({ "value": value, "from": origin(task, key).unwrap_or_else(|| "default".to_owned()) });
        let millis = |duration: std::time::Duration| json!(duration.as_secs_f64() * 1e3);
        let tasks = self.nodes.iter().filter(|(_, node)| node.is_task()).map(|(_, node)| {
            let of = |key: &str, found: Value| value(Some(node.name), key, found);
            let edges = node.predecessors.iter().filter(|(_, cause)| *cause != Cause::Stage);
            let waits_for = edges.map(|&(before, cause)| {
                let cause = match cause {
                    Cause::Reads if self.needs(node, before) => "needs",
                    Cause::Reads => "reads",
                    Cause::List => "list",
                    Cause::Configured => "depends_on",
                    Cause::Stage => "stage",
                };
                json!({ "task": self.nodes[before].name, "why": cause })
            });
            json!({
                "task": node.name,
                "stage": node.stage.name(),
                "enabled": of("enabled", json!(node.enabled)),
                "timeout_ms": of("timeout", node.timeout.map_or(Value::Null, millis)),
                "strength": of("strength", json!(node.strength)),
                "rollout": of("rollout", node.rollout.as_ref().map_or(Value::Null, |rollout| json!({
                    "percent": rollout.percent, "regions": rollout.regions,
                    "min_app_version": rollout.min_app_version, "max_app_version": rollout.max_app_version,
                }))),
                "waits_for": waits_for.collect::<Vec<_>>(),
            })
        });
        json!({
            "engine": self.engine,
            "answer": self.answer_name,
            "mode": value(None, "mode", json!(self.mode)),
            "timeout_ms": value(None, "timeout", millis(self.timeout)),
            "reserve_ms": value(None, "reserve", millis(self.reserve)),
            "tasks": tasks.collect::<Vec<_>>(),
        })
    }

    /// The effective plan as a picture for Mermaid; a dashed arrow is read where it is there, a full one is needed.
    #[must_use]
    pub fn explain_mermaid(&self) -> String {
        self.picture(|id| self.note(id)).to_mermaid()
    }

    /// The effective plan as a picture for Graphviz.
    #[must_use]
    pub fn explain_dot(&self) -> String {
        self.picture(|id| self.note(id)).to_dot(self.engine)
    }

    fn needs(&self, node: &super::Node<S>, writer: NodeId) -> bool {
        node.reads.iter().any(|read| read.writer == writer && read.mode == reads::Mode::Need)
    }

    fn waits_for(&self, node: &super::Node<S>, (before, cause): &(NodeId, Cause)) -> Option<String> {
        let name = self.nodes[*before].name;
        match cause {
            Cause::Reads => {
                Some(if self.needs(node, *before) { format!("needs {name}") } else { format!("reads {name}") })
            }
            Cause::List => Some(if Some(*before) == self.fold { "page".into() } else { "list".into() }),
            Cause::Configured => Some(format!("{name} (depends_on)")),
            Cause::Stage => None,
        }
    }
}

#[cfg(test)]
mod tests;
