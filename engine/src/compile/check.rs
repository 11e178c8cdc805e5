//! Checks of a plan: all faults are found, not only the first.

use std::time::Duration;

use super::Compiler;
use crate::{
    Mode, Scene, Strength, TaskConf,
    by_node::{ByNode, NodeId},
    plan::{Cause, Kind, Node},
    reads::Reads,
    task_entry::{Role, TaskEntry},
};

impl<S: Scene> Compiler<'_, S> {
    pub(super) fn check_conf(&mut self) {
        let conf = self.conf;
        if conf.timeout.is_zero() {
            self.fault(None, "timeout must be more than 0ms".into());
        }
        if conf.reserve >= conf.timeout {
            self.fault(None, format!("reserve {:?} must be below the timeout {:?}", conf.reserve, conf.timeout));
        }
        if let Some(shedding) = &conf.shedding {
            for text in shedding.policy.faults() {
                self.fault(None, text);
            }
        }
        for (name, task) in &conf.tasks {
            if self.definition.shadows.iter().any(|shadow| shadow.name == name) {
                self.check_shadow(name, task);
                continue;
            }
            let Some(node) = self.by_name(name) else {
                let mut known: Vec<_> = self.definition.task_names().collect();
                known.sort_unstable();
                self.fault(Some(name), format!("is not a task of this engine; known: {}", known.join(", ")));
                continue;
            };
            match task.timeout {
                Some(Duration::ZERO) => self.fault(Some(name), "timeout must be more than 0ms".into()),
                Some(timeout) if timeout > conf.timeout => {
                    self.fault(Some(name), format!("timeout {timeout:?} is above the engine's {:?}", conf.timeout));
                }
                _ => {}
            }
            let Some(&entry) = self.entries.get(node.index()) else { continue };
            if entry.role != Role::Task && task.strength == Some(Strength::Weak) {
                let text =
                    "is strong: a rule that could not be applied must not let through what it would have stopped";
                self.fault(Some(name), text.into());
            }
            let stage = entry.stage;
            if let Some(join) = task.join_before.filter(|join| *join <= stage) {
                self.fault(Some(name), format!("join_before must name a stage after {stage}, found {join}"));
            }
            self.check_rollout(name, task);
            for other in &task.depends_on {
                if self.by_name(other).is_none() {
                    self.fault(Some(name), format!("depends_on {other:?}, which is not a task of this engine"));
                }
            }
        }
    }

    /// Reports a fault if a reader of the list is also one of its inputs; returns whether it is.
    pub(super) fn makes_what_it_reads(&mut self, entry: &TaskEntry<S>) -> bool {
        let Reads { items, kept, page, .. } = entry.reads;
        let text = match entry.role {
            Role::Items if items || kept || page => {
                "reads the list, to which it contributes: it can read data of providers"
            }
            Role::Filter if kept || page => {
                "is a filter and reads what the filters keep: it can read Items, the list before them"
            }
            Role::Sorter if page => {
                "is a sorter and reads the page, which the sorters order: it can read Kept or Items, the list before them"
            }
            Role::Task | Role::Items | Role::Filter | Role::Sorter => return false,
        };
        self.fault(Some(entry.name), text.into());
        true
    }

    pub(super) fn check_rollout(&mut self, name: &str, conf: &TaskConf) {
        if let Some(percent) = conf.rollout.as_ref().map(|rollout| rollout.percent)
            && !(0.0..=100.0).contains(&percent)
        {
            self.fault(Some(name), format!("rollout percent must be 0 to 100, found {percent}"));
        }
    }

    pub(super) fn check_order(&mut self, nodes: &[Node<S>]) {
        if self.conf.mode == Mode::Dag {
            return;
        }
        for node in nodes.iter().filter(|node| !node.is_gate()) {
            for &(before, cause) in &node.predecessors {
                let Some(before) = nodes.get(before.index()) else { continue };
                if cause != Cause::Stage && before.stage > node.stage {
                    let (writer, later, own) = (before.name, before.stage, node.stage);
                    let datum = self.by_name(writer).and_then(|id| self.entries.get(id.index())?.output);
                    let text = match (&before.kind, datum) {
                        (_, Some((_, datum))) if cause == Cause::Reads => {
                            format!("reads {datum}, which {writer} produces in a later stage: {later} come after {own}")
                        }
                        (Kind::Fold, _) => {
                            format!("reads the page, which is cut after the {later}: they come after {own}")
                        }
                        (Kind::Keep, _) => {
                            format!("reads the kept list, which exists only after the {later}: they come after {own}")
                        }
                        _ => format!("waits for {writer} of a later stage: {later} come after {own}"),
                    };
                    self.fault(Some(node.name), text);
                }
            }
        }
    }

    /// Kahn's algorithm over all edges except stage edges (without a backward edge, these cannot form a cycle). If some nodes
    /// cannot be ordered, it walks backwards from one until a node repeats, and reports that cycle.
    pub(super) fn check_cycles(&mut self, nodes: &[Node<S>]) {
        let edges = |node: &Node<S>| node.predecessors.iter().filter(|(_, cause)| *cause != Cause::Stage).count();
        let mut waiting: ByNode<usize> = nodes.iter().map(edges).collect();
        let mut ready: Vec<NodeId> = waiting.iter().filter(|(_, count)| **count == 0).map(|(id, _)| id).collect();
        let mut ordered = 0;
        while let Some(done) = ready.pop() {
            ordered += 1;
            for &next in nodes.get(done.index()).map_or(&[][..], |node| &node.successors) {
                let by_stage = |node: &Node<S>| node.predecessors.contains(&(done, Cause::Stage));
                if nodes.get(next.index()).is_none_or(by_stage) {
                    continue;
                }
                waiting[next] -= 1;
                if waiting[next] == 0 {
                    ready.push(next);
                }
            }
        }
        if ordered == nodes.len() {
            return;
        }
        let stuck = |id: &NodeId| waiting[*id] > 0;
        let mut path: Vec<NodeId> = waiting.ids().find(stuck).into_iter().collect();
        while let Some(&last) = path.last() {
            let before = nodes.get(last.index()).map_or(&[][..], |node| &node.predecessors);
            let edges = before.iter().filter(|(_, cause)| *cause != Cause::Stage).map(|(id, _)| *id);
            let Some(before) = edges.into_iter().find(stuck) else { break };
            if let Some(start) = path.iter().position(|id| *id == before) {
                path.drain(..start);
                break;
            }
            path.push(before);
        }
        // walked against the edges: in reverse, each name waits for the next one
        let names: Vec<_> =
            path.iter().chain(path.first()).filter_map(|id| nodes.get(id.index())).map(|node| node.name).collect();
        self.fault(None, format!("tasks wait for each other: {}", names.join(" → ")));
    }

    pub(super) fn answer(&mut self) -> Option<(NodeId, &'static str)> {
        let Some((datum, name)) = self.definition.answer else {
            self.fault(None, "declares no answer".into());
            return None;
        };
        let Some(&writer) = self.writers.get(&datum) else {
            self.fault(None, format!("has the answer {name}, which no task produces"));
            return None;
        };
        let readers = self.entries.iter().filter(|entry| entry.reads.data.iter().any(|read| read.datum == datum));
        let cut = self.definition.cut_reads.data.iter().any(|read| read.datum == datum).then_some("cut");
        let readers: Vec<_> = readers.map(|entry| entry.name).chain(cut).collect();
        for reader in readers {
            self.fault(Some(reader), format!("reads {name}, which is the answer and leaves the engine"));
        }
        let writer_name = self.name(writer);
        if !self.enabled(writer_name) {
            self.fault(Some(writer_name), format!("produces the answer {name} and cannot be switched off"));
        } else if self.rolled_out(writer_name) {
            self.fault(Some(writer_name), format!("produces the answer {name} and cannot be rolled out"));
        }
        Some((writer, name))
    }
}
