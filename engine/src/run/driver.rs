//! The driver: starts tasks when they are ready, collects their results, and enforces deadlines.
//!
//! One driver per engine owns all bookkeeping, so none of it is atomic. A task is polled once in place; most end
//! immediately, because their data are cached. Those that wait stay in place ([`Waits::InPlace`]) or are spawned as tokio
//! tasks ([`Waits::Tokio`]), which put their results into the [`Inbox`]; one of these also stays in place.

mod clock;
mod end;
mod list;
mod outcome;

use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    pin::Pin,
    sync::Arc,
    task::{Context as TaskContext, Poll},
};

use tokio::{
    task::JoinHandle,
    time::{Instant, Sleep},
};
use tracing::Instrument as _;

use super::{
    in_place::{InPlace, Waiting},
    inbox::{Ended, Inbox, Spawned},
};
use crate::{
    AnyPlan, Context, EngineErrorOf, Failure, Importance, Scene, SkipReason, Stage, Strength, Waits,
    by_node::{ByNode, NodeId},
    catch::{Caught, catch},
    plan::{
        Kind, Node,
        body::{Body, BodyFuture, BodyResult, Datum, NoDatum, Owned, Started},
        context::{RunState, Slot},
        record::Raw,
    },
};

/// A spawned task.
struct Running {
    node: NodeId,
    handle: JoinHandle<()>,
}

/// The result of a task's first poll.
enum First<S: Scene> {
    Ended(BodyResult<S>),
    Pending(BodyFuture<S>),
}

pub(super) struct Driver<'p, S: Scene> {
    plan: &'p AnyPlan<S>,
    cx: Context<S>,
    start: Instant,
    cut_at: Instant,
    end: Instant,
    /// The last reading of the clock, shared by consecutive events.
    now: Instant,
    /// The same, in nanoseconds since the start.
    now_ns: u32,
    unfinished: usize,
    ready: Vec<NodeId>,
    in_place: InPlace<S>,
    parked: Vec<Waiting<S>>,
    /// The spawned tasks; a handle is `None` once its task has delivered its result.
    running: Vec<Option<Running>>,
    /// Deadlines of waiting tasks, the earliest on top. Tasks that have ended are skipped.
    deadlines: BinaryHeap<Reverse<(Instant, NodeId)>>,
    inbox: Option<Arc<Inbox<S>>>,
    /// Results taken from the inbox; empty except during processing.
    ended: Vec<Ended<S>>,
    armed: Option<Instant>,
    cut: bool,
    /// Whether the list is complete.
    folded: bool,
    /// Whether it is empty, so that tasks that work on it are skipped.
    empty: bool,
    /// Weak tasks less important than this are shed.
    shed_below: Importance,
    /// The task that ended the engine on purpose.
    stopped_by: Option<&'static str>,
    answer: Option<Datum>,
    /// Data waiting for their only reader, which takes them by value.
    handed: Vec<(NodeId, Datum)>,
    error: Option<EngineErrorOf<S>>,
    records: ByNode<Raw<S::Error>>,
}

impl<'p, S: Scene> Driver<'p, S> {
    pub(super) fn new(plan: &'p AnyPlan<S>, cx: Context<S>, start: Instant, cut_at: Instant, end: Instant) -> Self {
        // a stack, filled in reverse so that tasks start in order of registration
        let mut ready = Vec::with_capacity(plan.nodes.len());
        ready.extend(plan.nodes.iter().rev().filter(|(_, node)| node.predecessors.is_empty()).map(|(id, _)| id));
        Self {
            cx,
            start,
            cut_at,
            end,
            now: start,
            now_ns: 0,
            unfinished: plan.nodes.len(),
            ready,
            in_place: InPlace::default(),
            parked: Vec::new(),
            running: Vec::new(),
            deadlines: BinaryHeap::new(),
            inbox: None,
            ended: Vec::new(),
            // the timer is created with this deadline
            armed: Some(cut_at),
            cut: false,
            folded: false,
            empty: false,
            shed_below: plan.shedding.as_ref().map_or(Importance::Low, |shedding| shedding.pressure.sheds_below()),
            stopped_by: None,
            answer: None,
            handed: Vec::new(),
            error: None,
            records: plan.nodes.iter().map(|(_, node)| Raw::waiting_for(node.predecessors.len())).collect(),
            plan,
        }
    }

    /// The shared state of the tasks of this run.
    pub(super) const fn shared(&self) -> &Arc<RunState<S>> {
        &self.cx.shared
    }

    pub(super) fn poll(&mut self, waker: &mut TaskContext<'_>, mut timer: Pin<&mut Sleep>) -> Poll<()> {
        if self.end <= self.start {
            self.out_of_time();
        }
        self.in_place.refresh(waker.waker());
        loop {
            self.let_go(waker);
            if self.is_over() {
                return Poll::Ready(());
            }
            if self.poll_in_place(waker) || self.take_ended(waker) {
                continue;
            }
            let next = self.next_deadline();
            if self.armed != Some(next) {
                timer.as_mut().reset(next);
                self.armed = Some(next);
            }
            match timer.as_mut().poll(waker) {
                Poll::Pending => {
                    self.sleep();
                    return Poll::Pending;
                }
                Poll::Ready(()) => self.time_is_up(),
            }
        }
    }

    const fn is_over(&self) -> bool {
        self.error.is_some() || self.unfinished == 0
    }

    fn node(&self, id: NodeId) -> &'p Node<S> {
        &self.plan.nodes[id]
    }

    /// Starts all ready tasks, and those that become ready as a result. One of the waiting tasks stays in place.
    fn let_go(&mut self, waker: &mut TaskContext<'_>) {
        while let Some(id) = self.ready.pop() {
            // tasks that block the thread may use up the time between two readings of the clock
            if !self.cut && self.now >= self.cut_at {
                self.cut_off();
            }
            if self.error.is_some() {
                return;
            }
            self.begin(id, waker);
        }
        if self.error.is_some() {
            return;
        }
        if self.parked.is_empty() {
            return;
        }
        for at in (0..self.parked.len()).rev() {
            let stays = self.parked.get(at).is_some_and(|waiting| self.node(waiting.node).waits == Waits::InPlace);
            if stays || self.in_place.has_free_place() {
                let waiting = self.parked.swap_remove(at);
                self.in_place.add(waiting, waker.waker());
            }
        }
        if !self.parked.is_empty() {
            // a disabled span is not worth storing in every task
            let span = Some(tracing::Span::current()).filter(|span| !span.is_disabled());
            self.running.reserve(self.parked.len());
            while let Some(waiting) = self.parked.pop() {
                self.spawn(waiting, span.as_ref());
            }
        }
    }

    fn spawn(&mut self, Waiting { node, future }: Waiting<S>, span: Option<&tracing::Span>) {
        let inbox = Arc::clone(self.inbox.get_or_insert_with(|| Arc::new(Inbox::for_tasks(self.parked.len() + 1))));
        let work = Spawned::new(node, self.plan.running_task(node), S::carry(future), inbox);
        #[expect(clippy::disallowed_methods, reason = "the one place where an engine spawns; the handle is owned")]
        let handle = match span {
            Some(span) => tokio::spawn(work.instrument(span.clone())),
            None => tokio::spawn(work),
        };
        self.records[node].spawned = true;
        self.records[node].running = self.running.len();
        self.running.push(Some(Running { node, handle }));
    }

    fn begin(&mut self, id: NodeId, waker: &mut TaskContext<'_>) {
        let node = self.node(id);
        let body = match &node.kind {
            Kind::Body(body) => body,
            Kind::Gate => return self.release(id),
            Kind::Join => return self.join(id),
            Kind::Keep => return self.keep(id),
            Kind::Fold => return self.fold(id),
        };
        self.cx.node = id;
        if let Some(skip) = self.skip_before_reads(id) {
            return self.skip(id, skip);
        }
        if self.cut && node.stage != Stage::Converters {
            return self.fail(id, Failure::CutOff);
        }
        match self.missing(node) {
            Some((writer, Slot::Skipped(_))) => return self.no_input(id, writer),
            Some((writer, _)) => return self.fail(id, Failure::DependencyFailed(writer)),
            None => {}
        }
        let limit = self.limit(node);
        self.cx.deadline = node.timeout.map_or(limit, |timeout| limit.min(self.now + timeout));
        self.records[id].start = self.now_ns;
        self.records[id].started = true;
        if !self.plan.hooks.is_empty() {
            self.plan.hooks.call(|hook| hook.before_task(self.cx.request(), node.name));
        }
        let owned = self.owned_by(node);
        match catch(self.plan.running_task(id), || first_poll(&**body, &self.cx, owned, waker)) {
            Err(Caught) => self.ended(id, Instant::now(), Err(Caught)),
            Ok(First::Ended(Err(NoDatum::NotNeeded(why)))) => self.not_needed(id, why),
            Ok(First::Ended(result)) => self.ended(id, Instant::now(), Ok(result)),
            Ok(First::Pending(future)) => {
                if self.cx.deadline < limit {
                    self.deadlines.push(Reverse((self.cx.deadline, id)));
                }
                if self.parked.is_empty() {
                    self.parked.reserve(self.ready.len() + 1);
                }
                self.parked.push(Waiting { node: id, future });
            }
        }
    }

    fn skip_before_reads(&mut self, id: NodeId) -> Option<SkipReason> {
        let node = self.node(id);
        if !node.enabled {
            return Some(SkipReason::SwitchedOff);
        }
        if self.empty && node.skipped_when_empty {
            return Some(SkipReason::EmptyList);
        }
        if let Some(rollout) = &node.rollout
            && !rollout.includes(node.name, S::subject(self.cx.request()))
        {
            return Some(SkipReason::RolledOutToOthers);
        }
        (self.shed_below > Importance::Low && self.is_shed(id)).then_some(SkipReason::Shed)
    }

    /// Whether it is one of the least important tasks, and neither it nor a dependent is strong.
    fn is_shed(&mut self, id: NodeId) -> bool {
        let node = self.node(id);
        let Some(needed_by) = node.needed_by.as_ref().filter(|_| node.importance < self.shed_below) else {
            return false;
        };
        let is_shed = std::iter::once(&id).chain(needed_by).all(|id| self.strength(*id) == Strength::Weak);
        self.cx.node = id;
        is_shed
    }

    /// The first missing datum that `node` needs; failed ones come before skipped ones.
    fn missing(&self, node: &Node<S>) -> Option<(&'static str, &Slot)> {
        let mut skipped = None;
        for read in node.reads.iter().filter(|read| read.mode.is_needed()) {
            match self.cx.shared.slots[read.writer].get() {
                Some(Slot::Done(_) | Slot::Handed { .. }) | None => {}
                Some(slot @ Slot::Skipped(_)) => skipped = skipped.or(Some((self.node(read.writer).name, slot))),
                Some(slot @ Slot::Failed) => return Some((self.node(read.writer).name, slot)),
            }
        }
        skipped
    }

    fn poll_in_place(&mut self, waker: &TaskContext<'_>) -> bool {
        let plan = self.plan;
        let Some((waiting, result)) = self.in_place.poll(waker.waker(), |node| plan.running_task(node)) else {
            return false;
        };
        let node = waiting.node;
        self.discard(waiting);
        self.ended(node, Instant::now(), result);
        true
    }

    fn take_ended(&mut self, waker: &TaskContext<'_>) -> bool {
        let Some(inbox) = &self.inbox else { return false };
        let mut taken = std::mem::take(&mut self.ended);
        inbox.take(waker.waker(), &mut taken);
        let any = !taken.is_empty();
        for ended in taken.drain(..) {
            // a task that was abandoned at the same moment already has its outcome
            if self.records[ended.node].outcome.is_none() && self.error.is_none() {
                let index = self.records[ended.node].running;
                if let Some(running) = self.running.get_mut(index) {
                    *running = None;
                }
                self.ended(ended.node, ended.at, ended.result);
            }
        }
        self.ended = taken;
        any
    }

    /// Asks to be woken when enough tasks have ended to start another one, or when all have.
    fn sleep(&self) {
        let Some(inbox) = &self.inbox else { return };
        // abandoned tasks are still in the list, but deliver nothing
        let live = || self.running.iter().flatten().filter(|running| self.records[running.node].outcome.is_none());
        let next =
            live().flat_map(|running| &self.node(running.node).successors).map(|&next| self.records[next].waiting);
        inbox.sleep_until(next.min().unwrap_or(usize::MAX).min(live().count()));
    }
}

/// Starts the task and polls it once in place.
fn first_poll<S: Scene>(body: &dyn Body<S>, cx: &Context<S>, owned: Owned, waker: &mut TaskContext<'_>) -> First<S> {
    match body.start(cx, owned) {
        Started::Ended(result) => First::Ended(result),
        Started::Future(mut future) => match future.as_mut().poll(waker) {
            Poll::Ready(result) => First::Ended(result),
            Poll::Pending => First::Pending(future),
        },
    }
}
