//! Running a plan for one request.

mod answered;
mod driver;
mod inbox;
pub(crate) mod leavings;

use std::{
    pin::pin,
    sync::{Arc, OnceLock},
};

use tokio::time::{Instant, sleep_until};

use crate::{
    EngineError, EngineErrorOf, Plan, Record, Scene, SideEffects,
    by_node::NodeId,
    context::{Context, Shared},
    shadow,
    task::Datum,
};
use driver::Driver;

pub use answered::{Answered, Unanswered};

/// A plan and one request. Built by a handler, run once.
pub struct Engine<S: Scene> {
    plan: Arc<Plan<S>>,
    request: Arc<S::Request>,
    caller_deadline: Option<Instant>,
    shadows_on: Option<Arc<SideEffects>>,
}

impl<S: Scene> std::fmt::Debug for Engine<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("plan", &self.plan).finish_non_exhaustive()
    }
}

impl<S: Scene> Engine<S> {
    /// An engine that will take no longer than its plan allows.
    #[must_use]
    pub const fn new(plan: Arc<Plan<S>>, request: Arc<S::Request>) -> Self {
        Self { plan, request, caller_deadline: None, shadows_on: None }
    }

    /// Ends at `at` if that is earlier than the plan's timeout. The caller keeps a margin for the way back.
    #[must_use]
    pub fn until(mut self, at: Instant) -> Self {
        self.caller_deadline = Some(at);
        self
    }

    /// Runs the plan's shadows on `queue` when the engine has ended; without a queue they do not run.
    #[must_use]
    pub fn shadows_on(mut self, queue: &Arc<SideEffects>) -> Self {
        // a count that all requests share is touched only where there is something to queue
        self.shadows_on = (!self.plan.shadows.is_empty()).then(|| Arc::clone(queue));
        self
    }

    /// Runs every task to its one outcome. Dropping the future ends them all.
    pub async fn run(self) -> Finished<S> {
        let (start, plan) = (Instant::now(), self.plan);
        let own = start + plan.timeout;
        let end = self.caller_deadline.map_or(own, |caller| own.min(caller));
        let cut_at = end.checked_sub(plan.reserve).unwrap_or(start).max(start);
        let shared = Arc::new(Shared {
            slots: plan.nodes.iter().map(|_| OnceLock::new()).collect(),
            items: OnceLock::new(),
            kept: OnceLock::new(),
            folded: OnceLock::new(),
            request: self.request,
            plan: Arc::clone(&plan),
        });
        let cx = Context { shared, node: NodeId::new(0), deadline: cut_at };
        let mut driver = Driver::new(&plan, cx, start, cut_at, end);
        let mut timer = pin!(sleep_until(cut_at));
        std::future::poll_fn(|waker| driver.poll(waker, timer.as_mut())).await;
        driver.wind_down().await;
        if let Some(queue) = self.shadows_on {
            shadow::cast(driver.shared(), &queue);
        }
        driver.finish()
    }
}

/// What an engine ended with.
pub struct Finished<S: Scene> {
    pub(crate) answer: Result<Datum, EngineErrorOf<S>>,
    /// What happened, task by task.
    pub record: Record<S>,
}

impl<S: Scene> std::fmt::Debug for Finished<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Finished").field("error", &self.answer.as_ref().err()).finish_non_exhaustive()
    }
}

impl<S: Scene> Finished<S> {
    /// Whether there is an answer.
    #[must_use]
    pub const fn is_ok(&self) -> bool {
        self.answer.is_ok()
    }

    /// The answer, whose type the definition named, and the record.
    ///
    /// # Errors
    /// Why there is none.
    pub fn into_answer<A: 'static>(self) -> (Result<A, EngineErrorOf<S>>, Record<S>) {
        let wrong =
            EngineError::DependencyFailed { task: self.record.engine(), needs: "an answer of the type asked for" };
        let answer = self.answer.and_then(|datum| datum.downcast::<A>().map(|answer| *answer).map_err(|_| wrong));
        (answer, self.record)
    }
}

#[cfg(test)]
mod tests;
