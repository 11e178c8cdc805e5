//! The effects of a task's end on the record, its readers and the engine.

use tokio::time::Instant;

use super::Driver;
use crate::{
    EngineError, Failure, Outcome, Scene, SkipReason, Strength, TaskError,
    by_node::NodeId,
    catch::Caught,
    item_provider::Contribution,
    plan::{
        Node,
        body::{BodyResult, Datum, NoDatum, Owned},
        context::Slot,
    },
};

impl<S: Scene> Driver<'_, S> {
    pub(super) fn ended(&mut self, id: NodeId, at: Instant, result: Result<BodyResult<S>, Caught>) {
        self.clock_read(at);
        self.records[id].end = if at == self.now { self.now_ns } else { self.offset(at) };
        match result {
            Ok(Ok(datum)) => self.done(id, datum),
            Ok(Err(NoDatum::NotNeeded(why))) => self.not_needed(id, why),
            Ok(Err(NoDatum::Error(error))) => self.not_done(id, error),
            Err(Caught) => self.fail(id, Failure::Panicked),
        }
    }

    fn not_done(&mut self, id: NodeId, error: TaskError<S::Error, S::Stop>) {
        match error {
            TaskError::Stop(reason) => {
                self.settle(id, Outcome::Done);
                self.stopped_by = Some(self.node(id).name);
                self.error = Some(EngineError::Stop(reason));
            }
            TaskError::Failed(error) => self.fail(id, Failure::Error(error)),
            TaskError::Fault(fault) => {
                tracing::error!(task = self.node(id).name, %fault, "programming error in a task");
                self.fail(id, Failure::Fault(fault));
            }
        }
    }

    /// The task had nothing to do.
    pub(super) fn not_needed(&mut self, id: NodeId, why: &'static str) {
        self.records[id].started = false;
        self.skip(id, SkipReason::NotNeeded(why));
    }

    fn done(&mut self, id: NodeId, datum: Datum) {
        if id == self.plan.answer {
            self.answer = Some(datum);
        } else if self.node(id).handed_on {
            let items = datum.downcast_ref::<Contribution<S::Item>>().map_or(0, Contribution::len);
            self.handed.push((id, datum));
            self.fill(id, Slot::Handed { items });
        } else {
            self.fill(id, Slot::Done(datum));
        }
        self.settle(id, Outcome::Done);
        self.release(id);
    }

    /// The values that a task takes, in reverse order of its inputs. No other task can read them.
    pub(super) fn owned_by(&mut self, node: &Node<S>) -> Owned {
        node.takes.iter().rev().filter_map(|writer| self.take_handed(*writer)).collect()
    }

    pub(super) fn take_handed(&mut self, writer: NodeId) -> Option<Datum> {
        let at = self.handed.iter().position(|(id, _)| *id == writer)?;
        Some(self.handed.swap_remove(at).1)
    }

    pub(super) fn skip(&mut self, id: NodeId, reason: SkipReason) {
        self.fill(id, Slot::Skipped(reason));
        self.settle(id, Outcome::Skipped(reason));
        self.release(id);
    }

    pub(super) fn no_input(&mut self, id: NodeId, writer: &'static str) {
        if self.strength(id) == Strength::Strong {
            return self.fail(id, Failure::DependencyFailed(writer));
        }
        self.skip(id, SkipReason::NoInput(writer));
    }

    pub(super) fn fail(&mut self, id: NodeId, failure: Failure<S::Error>) {
        if self.error.is_none() && self.strength(id) == Strength::Strong {
            self.error = Some(EngineError::of(self.node(id).name, failure.clone()));
        }
        self.fill(id, Slot::Failed);
        self.settle(id, Outcome::Failed(failure));
        self.release(id);
    }

    /// The only place where a task gets its outcome.
    fn settle(&mut self, id: NodeId, outcome: Outcome<S::Error>) {
        self.records[id].outcome = Some(outcome);
        if self.plan.hooks.is_empty() {
            return;
        }
        if let Some(task) = self.records[id].seen(&self.cx.shared, id) {
            self.plan.hooks.call(|hook| hook.after_task(self.cx.request(), &task));
        }
    }

    fn fill(&self, id: NodeId, slot: Slot) {
        // written once, since a node has one outcome
        let _ = self.cx.shared.slots[id].set(slot);
    }

    /// Evaluated only when needed.
    pub(super) fn strength(&self, id: NodeId) -> Strength {
        self.plan.strength(id, self.cx.request())
    }

    pub(super) fn release(&mut self, id: NodeId) {
        self.unfinished -= 1;
        let ready_at = self.now_ns;
        for &next in self.node(id).successors.iter().rev() {
            let record = &mut self.records[next];
            record.waiting -= 1;
            if record.waiting == 0 {
                record.ready = ready_at;
                self.ready.push(next);
            }
        }
    }
}
