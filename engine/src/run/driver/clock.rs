//! Deadlines: the task's own, the reserve, and the end of the engine, all with one timer.

use std::cmp::Reverse;

use tokio::time::Instant;

use super::{Driver, Waiting};
use crate::{EngineError, Failure, Scene, Stage, Strength, by_node::NodeId, catch::catch, plan::Node};

impl<S: Scene> Driver<'_, S> {
    /// Deadline of a task regardless of its own timeout: only converters may use the reserve.
    pub(super) fn limit(&self, node: &Node<S>) -> Instant {
        if node.stage == Stage::Converters { self.end } else { self.cut_at }
    }

    pub(super) fn next_deadline(&mut self) -> Instant {
        while let Some(&Reverse((_, id))) = self.deadlines.peek()
            && self.records[id].outcome.is_some()
        {
            self.deadlines.pop();
        }
        let phase = if self.cut { self.end } else { self.cut_at };
        self.deadlines.peek().map_or(phase, |&Reverse((deadline, _))| deadline.min(phase))
    }

    pub(super) fn time_is_up(&mut self) {
        self.armed = None;
        self.clock_read(Instant::now());
        if self.cut && self.now >= self.end {
            return self.out_of_time();
        }
        if !self.cut && self.now >= self.cut_at {
            return self.cut_off();
        }
        while let Some(&Reverse((deadline, id))) = self.deadlines.peek()
            && deadline <= self.now
        {
            self.deadlines.pop();
            if self.records[id].outcome.is_none() {
                self.give_up(id, Failure::TimedOut);
            }
        }
    }

    /// Ends the engine with unfinished tasks; names the first strong one, else the first.
    pub(super) fn out_of_time(&mut self) {
        let open: Vec<NodeId> = self.unfinished_tasks().collect();
        let strong = open.iter().find(|id| self.strength(**id) == Strength::Strong).or(open.first());
        let waiting_for = strong.map_or(self.plan.engine, |id| self.node(*id).name);
        self.error.get_or_insert(EngineError::Timeout { waiting_for });
    }

    /// Only the reserve is left: weak tasks are cut off, and the converters run with the available data. An unfinished
    /// rule ends the engine, because it must not let through items that it would have rejected.
    pub(super) fn cut_off(&mut self) {
        self.cut = true;
        let open: Vec<NodeId> =
            self.unfinished_tasks().filter(|id| self.node(*id).stage != Stage::Converters).collect();
        for &id in &open {
            if self.skip_before_reads(id).is_none() && self.strength(id) == Strength::Strong {
                self.error.get_or_insert(EngineError::Timeout { waiting_for: self.node(id).name });
                return;
            }
        }
        if let Some(fold) = self.plan.fold
            && !self.folded
        {
            self.error.get_or_insert(EngineError::Timeout { waiting_for: self.node(fold).name });
            return;
        }
        for id in open {
            if self.records[id].started {
                self.give_up(id, Failure::CutOff);
            }
        }
    }

    pub(super) fn unfinished_tasks(&self) -> impl Iterator<Item = NodeId> + '_ {
        let unfinished = self.records.iter().filter(|(_, raw)| raw.outcome.is_none()).map(|(id, _)| id);
        unfinished.filter(|id| self.node(*id).is_task())
    }

    /// Drops a task that is still running.
    fn give_up(&mut self, id: NodeId, failure: Failure<S::Error>) {
        if let Some(waiting) = self.in_place.remove(id) {
            self.discard(waiting);
        } else if let Some(index) = self.parked.iter().position(|waiting| waiting.node == id) {
            let waiting = self.parked.remove(index);
            self.discard(waiting);
        } else if let Some(running) = self.running.get(self.records[id].running) {
            // the handle stays: the engine ends only when the task is gone
            running.iter().for_each(|running| running.handle.abort());
        }
        self.records[id].end = self.now_ns;
        self.fail(id, failure);
    }

    /// Drops a future and catches a panic in its drop.
    pub(super) fn discard(&self, waiting: Waiting<S>) {
        let _ = catch(self.plan.running_task(waiting.node), || drop(waiting.future));
    }

    /// Updates the time. Spawned tasks also read the clock, and their readings may be older.
    pub(super) fn clock_read(&mut self, at: Instant) {
        if at > self.now {
            self.now = at;
            self.now_ns = self.offset(at);
        }
    }

    /// The nanoseconds from the start of the engine to `at`.
    pub(super) fn offset(&self, at: Instant) -> u32 {
        u32::try_from(at.saturating_duration_since(self.start).as_nanos()).unwrap_or(u32::MAX)
    }
}
