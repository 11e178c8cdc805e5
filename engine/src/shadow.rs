//! Shadow tasks: a new version alongside the old one, for a share of requests, whose output nothing reads.
//!
//! A shadow runs after the answer, on a queue of side effects, over the request's data as the engine left them. It can
//! neither delay the answer nor fail the engine, and cannot change anything: its output goes to the comparison
//! and is dropped.

use std::{any::TypeId, sync::Arc};

use tokio::time::{Instant, timeout_at};
use tracing::Instrument as _;

use crate::{
    Context, Scene, Shadowed, SideEffects, Task, Work,
    by_node::NodeId,
    plan::{
        body::{NoDatum, Owned},
        context::{RunState, Slot},
        shadow_node::{Counters, ShadowBody},
    },
    reads::Reads,
    task::start,
};

/// A [`Task`] and its comparison, as a body.
pub(crate) struct Comparing<T, O, C> {
    pub(crate) task: T,
    pub(crate) equal: C,
    pub(crate) old: std::marker::PhantomData<fn(&O)>,
}

impl<S, T, O, C> ShadowBody<S> for Comparing<T, O, C>
where
    S: Scene,
    T: Task<S>,
    O: Send + Sync + 'static,
    C: Fn(&O, &T::Output) -> bool + Send + Sync + 'static,
{
    fn run(self: Arc<Self>, cx: Context<S>) -> Work<Result<Option<bool>, NoDatum<S>>> {
        Box::pin(async move {
            let new = start(&self.task, &cx, Owned::new())?.await.map_err(NoDatum::Error)?;
            let old = cx.shadow().and_then(|shadow| cx.shared.output::<O>(shadow.old));
            Ok(old.map(|old| (self.equal)(old, &new)))
        })
    }
}

/// A registered shadow.
pub(crate) struct ShadowEntry<S: Scene> {
    pub(crate) name: &'static str,
    pub(crate) reads: Reads,
    /// The datum it is compared with.
    pub(crate) old: (TypeId, &'static str),
    pub(crate) body: Arc<dyn ShadowBody<S>>,
    pub(crate) counters: Arc<Counters>,
}

/// Queues the shadows of an engine that has ended.
pub(crate) fn cast<S: Scene>(shared: &Arc<RunState<S>>, queue: &SideEffects) {
    let subject = S::subject(&shared.request);
    for (index, shadow) in shared.plan.shadows.iter().enumerate() {
        if !shadow.rollout.includes(shadow.name, subject) {
            continue;
        }
        let node = NodeId::new(shared.plan.nodes.len() + index);
        let tally = Tally { shared: Arc::clone(shared), node, started: false, told: false };
        let work = S::carry(Box::pin(compare(tally)));
        queue.push(shadow.name, work.in_current_span());
    }
}

/// Reports the result of a shadow exactly once.
struct Tally<S: Scene> {
    shared: Arc<RunState<S>>,
    node: NodeId,
    started: bool,
    told: bool,
}

impl<S: Scene> Tally<S> {
    fn tell(&mut self, shadowed: Shadowed) {
        let plan = &self.shared.plan;
        if let Some(shadow) = plan.shadow(self.node).filter(|_| !self.told) {
            self.told = true;
            shadow.counters.count(shadowed);
            plan.hooks.call(|hook| hook.after_shadow(&self.shared.request, shadow.name, shadowed));
        }
    }
}

impl<S: Scene> Drop for Tally<S> {
    /// Dropped by the queue before its turn, or by a panic or timeout while it ran.
    fn drop(&mut self) {
        self.tell(if self.started { Shadowed::Failed } else { Shadowed::Dropped });
    }
}

async fn compare<S: Scene>(mut tally: Tally<S>) {
    tally.started = true;
    let Some(shadow) = tally.shared.plan.shadow(tally.node) else { return };
    let (body, deadline) = (Arc::clone(&shadow.body), Instant::now() + shadow.timeout);
    let slot = |node: NodeId| tally.shared.slots[node].get();
    let has = |node: NodeId| matches!(slot(node), Some(Slot::Done(_)));
    let needs = shadow.reads.iter().filter(|read| read.mode.is_needed());
    let can_compare = has(shadow.old) && needs.map(|read| read.writer).all(has);
    let cx = Context { shared: Arc::clone(&tally.shared), node: tally.node, deadline };
    if !can_compare {
        return tally.tell(Shadowed::Skipped);
    }
    let compared = timeout_at(deadline, body.run(cx)).await;
    tally.tell(match compared {
        Ok(Ok(Some(true))) => Shadowed::Equal,
        Ok(Ok(Some(false))) => Shadowed::Different,
        Ok(Ok(None) | Err(NoDatum::NotNeeded(_))) => Shadowed::Skipped,
        Ok(Err(NoDatum::Error(_))) | Err(_) => Shadowed::Failed,
    });
}

#[cfg(test)]
mod tests;
