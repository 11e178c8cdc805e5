//! Diagrams of a plan or a run, for Mermaid and Graphviz.

use std::fmt::Write as _;

use super::{AnyPlan, Cause, Node, ResolvedRead};
use crate::{Scene, Strength, by_node::NodeId};

/// The style of a box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    Plain,
    /// On the critical path.
    Critical,
    Failed,
    /// It did not run.
    Absent,
}

pub(crate) struct Shape {
    pub(crate) name: &'static str,
    pub(crate) note: String,
    pub(crate) look: Look,
}

pub(crate) struct Arrow {
    pub(crate) from: usize,
    pub(crate) to: usize,
    /// Whether the arrow is solid; a dashed one is optional.
    pub(crate) needed: bool,
    pub(crate) text: String,
}

/// Boxes and arrows.
#[derive(Default)]
pub(crate) struct Picture {
    pub(crate) boxes: Vec<Shape>,
    pub(crate) arrows: Vec<Arrow>,
}

impl<S: Scene> AnyPlan<S> {
    /// All nodes except the stage gates; `note` provides the notes on tasks.
    pub(crate) fn picture(&self, note: impl Fn(NodeId) -> Option<(String, Look)>) -> Picture {
        let shown: Vec<(NodeId, &Node<S>)> = self.nodes.iter().filter(|(_, node)| !node.is_gate()).collect();
        let boxes = shown.iter().map(|(id, node)| {
            let (note, look) = note(*id).filter(|_| node.is_task()).unwrap_or((String::new(), Look::Plain));
            Shape { name: node.name, note, look }
        });
        let place = |id: NodeId| shown.iter().position(|(shown, _)| *shown == id);
        let arrows = shown.iter().enumerate().flat_map(|(to, (_, node))| {
            let edges = node.predecessors.iter().filter(|(_, cause)| *cause != Cause::Stage);
            edges.filter_map(move |&(before, cause)| {
                let needs = |read: &&ResolvedRead| read.writer == before && read.mode.is_needed();
                let needed = cause == Cause::List || node.reads.iter().any(|read| needs(&read));
                let text = if cause == Cause::Configured { "depends_on" } else { "" }.to_owned();
                Some(Arrow { from: place(before)?, to, needed, text })
            })
        });
        Picture { boxes: boxes.collect(), arrows: arrows.collect() }
    }

    /// A task's registration and configuration, for a diagram of the plan.
    pub(crate) fn note(&self, id: NodeId) -> Option<(String, Look)> {
        let node = &self.nodes[id];
        if !node.enabled {
            return Some(("switched off".to_owned(), Look::Absent));
        }
        let timeout = node.timeout.map(|timeout| format!("{timeout:?}"));
        let registered = node.registered.name();
        let registered = (!self.is_rule(id) && registered != Strength::Weak.name()).then_some(registered);
        let strength = node.strength.map(Strength::name).or(registered);
        let rollout = node.rollout.as_ref().map(|rollout| format!("{} %", rollout.percent));
        let notes: Vec<String> = [timeout, strength.map(str::to_owned), rollout].into_iter().flatten().collect();
        Some((notes.join(", "), Look::Plain))
    }
}

impl Picture {
    pub(crate) fn to_mermaid(&self) -> String {
        let mut text = String::from("flowchart LR\n");
        for (index, Shape { name, note, look }) in self.boxes.iter().enumerate() {
            let class = match look {
                Look::Plain => "plain",
                Look::Critical => "critical",
                Look::Failed => "failed",
                Look::Absent => "absent",
            };
            let line = if note.is_empty() { "" } else { "<br/>" };
            let note = note.replace('"', "'").replace('<', "&lt;");
            // writing to a String cannot fail
            let _ = writeln!(text, "  n{index}[\"{name}{line}{note}\"]:::{class}");
        }
        for Arrow { from, to, needed, text: label } in &self.arrows {
            let arrow = if *needed { "-->" } else { "-.->" };
            let label = if label.is_empty() { String::new() } else { format!("|{label}|") };
            let _ = writeln!(text, "  n{from} {arrow}{label} n{to}");
        }
        text.push_str("  classDef plain stroke:#555\n  classDef critical stroke:#000,stroke-width:3px\n");
        text.push_str("  classDef failed stroke:#b00,fill:#fdd\n  classDef absent stroke:#aaa,stroke-dasharray:4\n");
        text
    }

    pub(crate) fn to_dot(&self, title: &str) -> String {
        let mut text = format!("digraph {title:?} {{\n  rankdir=LR\n  node [shape=box]\n");
        for (index, Shape { name, note, look }) in self.boxes.iter().enumerate() {
            let style = match look {
                Look::Plain => "",
                Look::Critical => " penwidth=3",
                Look::Failed => " color=red",
                Look::Absent => " style=dashed",
            };
            let label = if note.is_empty() { (*name).to_owned() } else { format!("{name}\n{note}") };
            // writing to a String cannot fail
            let _ = writeln!(text, "  n{index} [label={label:?}{style}]");
        }
        for Arrow { from, to, needed, text: label } in &self.arrows {
            let style = if *needed { "solid" } else { "dashed" };
            let _ = writeln!(text, "  n{from} -> n{to} [style={style} label={label:?}]");
        }
        text.push_str("}\n");
        text
    }
}
