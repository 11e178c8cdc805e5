//! Data taken by value: each has exactly one reader.

use std::collections::HashSet;

use super::Compiler;
use crate::{
    Scene,
    by_node::NodeId,
    plan::Node,
    reads::{Mode, Read, Reads},
};

/// A read of the plan.
#[derive(Clone, Copy)]
struct Found {
    /// `None` if the cut or a shadow reads it.
    node: Option<NodeId>,
    reader: &'static str,
    read: Read,
}

impl<S: Scene> Compiler<'_, S> {
    /// Records the reader of each datum taken by value, and checks that there is no second reader.
    pub(super) fn check_owners(&mut self, nodes: &mut [Node<S>]) {
        let found = self.all_reads();
        let mut taken = HashSet::new();
        for (at, own) in found.iter().enumerate().filter(|(_, found)| found.read.mode == Mode::Own) {
            // if several take it, all after the first are second readers
            if taken.insert(own.read.datum) {
                self.check_owner(
                    *own,
                    found.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, found)| found),
                );
            }
            let Some((taker, &writer)) = own.node.zip(self.writers.get(&own.read.datum)) else { continue };
            if let Some(node) = nodes.get_mut(taker.index()) {
                node.takes.push(writer);
            }
            if let Some(node) = nodes.get_mut(writer.index()) {
                node.handed_on = true;
            }
        }
    }

    /// All reads of the plan: those of the tasks in order, of the cut, and of the shadows.
    fn all_reads(&self) -> Vec<Found> {
        fn of(node: Option<NodeId>, reader: &'static str, reads: &Reads) -> impl Iterator<Item = Found> {
            reads.data.iter().map(move |read| Found { node, reader, read: *read })
        }
        let tasks = self.entries.iter().enumerate();
        let tasks = tasks.flat_map(|(index, entry)| of(Some(NodeId::new(index)), entry.name, &entry.reads));
        let shadows = self.definition.shadows.iter().flat_map(|shadow| of(None, shadow.name, &shadow.reads));
        tasks.chain(of(None, "cut", &self.definition.cut_reads)).chain(shadows).collect()
    }

    fn check_owner<'f>(&mut self, own: Found, others: impl Iterator<Item = &'f Found>) {
        let Found { node, reader: owner, read: Read { datum, datum_name, .. } } = own;
        if node.is_none() {
            self.fault(Some(owner), format!("takes {datum_name} by value, which neither the cut nor a shadow can"));
        }
        let mut told = HashSet::new();
        for other in others.filter(|other| other.read.datum == datum && told.insert(other.reader)) {
            let text = format!("reads {datum_name}, which {owner} takes by value: it can have no second reader");
            self.fault(Some(other.reader), text);
        }
        let definition = self.definition;
        for shadow in definition.shadows.iter().filter(|shadow| shadow.old.0 == datum) {
            let text = format!("shadows {datum_name}, which {owner} takes by value: nothing is left to compare");
            self.fault(Some(shadow.name), text);
        }
    }
}
