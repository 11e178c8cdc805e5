//! The record: the outcome and times of every task. Written while the engine runs, rendered on request.

mod render;

pub(crate) use render::words;

use std::{sync::Arc, time::Duration};

use tokio::time::Instant;

use super::context::{RunState, Slot};
use crate::{
    Failure, Outcome, Scene, Stage, Strength,
    by_node::{ByNode, NodeId},
    rejections::Judged,
};

/// The driver's notes on a node. Times are nanoseconds since the start of the engine.
#[derive(Debug, Clone)]
pub(crate) struct Raw<E> {
    pub(crate) ready: u32,
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// Number of nodes it still waits for.
    pub(crate) waiting: usize,
    /// Its index among the spawned tasks.
    pub(crate) running: usize,
    pub(crate) started: bool,
    pub(crate) spawned: bool,
    pub(crate) outcome: Option<Outcome<E>>,
}

impl<E> Raw<E> {
    pub(crate) const fn waiting_for(waiting: usize) -> Self {
        Self { ready: 0, start: 0, end: 0, waiting, running: usize::MAX, started: false, spawned: false, outcome: None }
    }
}

impl<E> Raw<E> {
    /// The record of a node; `None` while it has no outcome.
    pub(crate) fn seen<S: Scene<Error = E>>(&self, shared: &RunState<S>, id: NodeId) -> Option<TaskRecord<'_, E>> {
        let node = &shared.plan.nodes[id];
        let outcome = self.outcome.as_ref()?;
        Some(TaskRecord {
            name: node.name,
            stage: node.stage,
            strength: shared.plan.strength(id, &shared.request),
            ready_ns: self.ready,
            start_ns: self.start,
            end_ns: self.end,
            started: self.started,
            spawned: self.spawned,
            outcome,
            items: if matches!(outcome, Outcome::Done) { items_of(shared, id) } else { None },
        })
    }
}

/// Number of items before and after a task that works on the list.
fn items_of<S: Scene>(shared: &RunState<S>, id: NodeId) -> Option<(usize, usize)> {
    let plan = &shared.plan;
    let all = shared.items().len();
    if plan.filters.contains(&id) {
        let mut places: Vec<u32> = shared.output::<Judged>(id)?.rejections.0.iter().map(|&(place, _)| place).collect();
        places.sort_unstable();
        places.dedup();
        return Some((all, all.saturating_sub(places.len())));
    }
    if plan.sorters.contains(&id) {
        return Some((all, all));
    }
    match shared.slots[id].get() {
        Some(Slot::Handed { items }) if plan.contributions.contains(&id) => Some((0, *items)),
        _ => None,
    }
}

/// The record of a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskRecord<'a, E> {
    /// Its name.
    pub name: &'static str,
    /// Its stage.
    pub stage: Stage,
    /// Its strength in this request.
    pub strength: Strength,
    /// Time at which all its dependencies had ended, in nanoseconds since the start of the engine.
    pub ready_ns: u32,
    /// Time of its first poll; 0 if there was none.
    pub start_ns: u32,
    /// Time of its end; 0 if it never ran.
    pub end_ns: u32,
    /// Whether it was started.
    pub started: bool,
    /// Whether it got its own tokio task.
    pub spawned: bool,
    /// Its outcome.
    pub outcome: &'a Outcome<E>,
    /// Number of items before and after it, for a task that works on the list.
    pub items: Option<(usize, usize)>,
}

impl<E> TaskRecord<'_, E> {
    /// Time that it waited for its inputs and its stage, from the start of the engine.
    #[must_use]
    pub const fn waiting(&self) -> Duration {
        Duration::from_nanos(self.ready_ns as u64)
    }

    /// Time between being ready and being started; zero if it was never started.
    #[must_use]
    pub const fn queueing(&self) -> Duration {
        let queued = if self.started { self.start_ns.saturating_sub(self.ready_ns) } else { 0 };
        Duration::from_nanos(queued as u64)
    }

    /// Time that it ran, including time spent waiting; zero if it was never started.
    #[must_use]
    pub const fn running(&self) -> Duration {
        let ran = if self.started { self.end_ns.saturating_sub(self.start_ns) } else { 0 };
        Duration::from_nanos(ran as u64)
    }
}

/// The time of a stage, from the first start of a task to the last end. Tasks of other stages may overlap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StageRecord {
    /// The stage.
    pub stage: Stage,
    /// Time of the first start, in nanoseconds since the start of the engine.
    pub start_ns: u32,
    /// Time of the last end, in nanoseconds since the start of the engine.
    pub end_ns: u32,
}

/// The record of a run of an engine.
pub struct Record<S: Scene> {
    shared: Arc<RunState<S>>,
    raw: ByNode<Raw<S::Error>>,
    start: Instant,
    end: u32,
    stopped_by: Option<&'static str>,
}

impl<S: Scene> std::fmt::Debug for Record<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

impl<S: Scene> Record<S> {
    pub(crate) fn new(
        shared: Arc<RunState<S>>,
        mut raw: ByNode<Raw<S::Error>>,
        start: Instant,
        end: u32,
        stopped_by: Option<&'static str>,
    ) -> Self {
        for raw in raw.iter_mut().filter(|raw| raw.outcome.is_none()) {
            raw.outcome = Some(Outcome::Cancelled);
            raw.end = if raw.started { end } else { 0 };
        }
        Self { shared, raw, start, end, stopped_by }
    }

    /// The engine.
    #[must_use]
    pub fn engine(&self) -> &'static str {
        self.shared.plan.engine
    }

    /// The version of the configuration of the engine's plan: [`crate::PlanConf::version`].
    #[must_use]
    pub fn version(&self) -> &str {
        self.shared.plan.version()
    }

    /// When the engine was started.
    #[must_use]
    pub const fn started_at(&self) -> Instant {
        self.start
    }

    /// Duration of the engine in nanoseconds.
    #[must_use]
    pub const fn took_ns(&self) -> u32 {
        self.end
    }

    /// The task whose rule ended the engine on purpose. Its own outcome is [`Outcome::Done`].
    #[must_use]
    pub const fn stopped_by(&self) -> Option<&'static str> {
        self.stopped_by
    }

    /// All tasks, by stage, then in the order of registration.
    pub fn tasks(&self) -> impl Iterator<Item = TaskRecord<'_, S::Error>> {
        let nodes = self.shared.plan.nodes.iter().filter(|(_, node)| node.is_task());
        nodes.filter_map(|(id, _)| self.task(id))
    }

    /// Name, outcome and running time of each task, in the order of [`Self::tasks`] but cheaper; the time is `None` if the
    /// task was never started.
    pub fn outcomes(&self) -> impl Iterator<Item = (&'static str, &Outcome<S::Error>, Option<Duration>)> {
        let nodes = self.shared.plan.nodes.iter().filter(|(_, node)| node.is_task());
        nodes.filter_map(|(id, node)| {
            let raw = &self.raw[id];
            let ran = raw.started.then(|| Duration::from_nanos(raw.end.saturating_sub(raw.start).into()));
            Some((node.name, raw.outcome.as_ref()?, ran))
        })
    }

    /// The stages in which a task was started, in order.
    pub fn stages(&self) -> impl Iterator<Item = StageRecord> + '_ {
        Stage::ALL.into_iter().filter_map(|stage| {
            let nodes = self.shared.plan.nodes.iter();
            let raw = nodes.filter(|(_, node)| node.is_task() && node.stage == stage).map(|(id, _)| &self.raw[id]);
            raw.filter(|raw| raw.started).fold(None, |span: Option<StageRecord>, raw| {
                let StageRecord { start_ns, end_ns, .. } =
                    span.unwrap_or(StageRecord { stage, start_ns: raw.start, end_ns: raw.end });
                Some(StageRecord { stage, start_ns: start_ns.min(raw.start), end_ns: end_ns.max(raw.end) })
            })
        })
    }

    /// The record of one node; every task has one once the engine has ended.
    pub(crate) fn task(&self, id: NodeId) -> Option<TaskRecord<'_, S::Error>> {
        self.raw[id].seen(&self.shared, id)
    }

    /// The root causes: tasks that failed by themselves, not because of another, in the order of [`Self::tasks`]. A
    /// task that was cut off while still waiting for one of them is not a root cause.
    pub fn failures(&self) -> impl Iterator<Item = (&'static str, &Failure<S::Error>)> {
        let tasks = self.shared.plan.nodes.iter().filter(|(_, node)| node.is_task()).map(|(id, _)| id);
        tasks.filter_map(|id| match self.raw[id].outcome.as_ref()? {
            Outcome::Failed(Failure::DependencyFailed(_)) => None,
            Outcome::Failed(Failure::CutOff) if self.waited_for_a_failure(id) => None,
            Outcome::Failed(failure) => Some((self.shared.plan.nodes[id].name, failure)),
            Outcome::Done | Outcome::Skipped(_) | Outcome::Cancelled => None,
        })
    }

    fn waited_for_a_failure(&self, id: NodeId) -> bool {
        let failed = |writer: NodeId| matches!(self.raw[writer].outcome, Some(Outcome::Failed(_)));
        !self.raw[id].started && self.shared.plan.nodes[id].reads.iter().any(|read| failed(read.writer))
    }

    /// The rejected items: id, filter, and reason.
    pub fn rejected(&self) -> impl Iterator<Item = (i64, &'static str, &'static str)> {
        let items = self.shared.items();
        // rejections count only if all filters have judged
        let all_judged = self.shared.kept.get().is_some() || self.shared.folded.get().is_some();
        let filters = self.shared.plan.filters.iter().filter(move |_| all_judged);
        let judged = filters.filter_map(|&filter| Some((filter, self.shared.output::<Judged>(filter)?)));
        judged
            .flat_map(|(filter, judged)| judged.rejections.0.iter().map(move |&(place, why)| (place, filter, why)))
            .filter_map(|(place, filter, why)| {
                let item = items.get(place as usize)?;
                Some((S::item_id(item), self.shared.plan.nodes[filter].name, why))
            })
    }

    /// The tasks that determined the duration, from first to last: a walk backwards from the last task to end, each time to
    /// the task whose end started it.
    #[must_use]
    pub fn critical_path(&self) -> Vec<&'static str> {
        self.critical_nodes().into_iter().map(|id| self.shared.plan.nodes[id].name).collect()
    }

    fn critical_nodes(&self) -> Vec<NodeId> {
        let nodes = &self.shared.plan.nodes;
        let last = nodes.iter().filter(|(_, node)| node.is_task()).max_by_key(|(id, _)| self.raw[*id].end);
        let mut path = Vec::new();
        let mut next = last.map(|(id, _)| id);
        while let Some(id) = next {
            if nodes[id].is_task() && self.raw[id].started {
                path.push(id);
            }
            next = nodes[id].predecessors.iter().map(|(before, _)| *before).max_by_key(|before| self.ended_at(*before));
        }
        path.reverse();
        path
    }

    /// Time at which a node ended; for a gate, at which it opened.
    fn ended_at(&self, id: NodeId) -> u32 {
        self.raw[id].end.max(self.raw[id].ready)
    }
}
