//! Running a plan for one request.

mod answered;
mod driver;
mod in_place;
mod inbox;
pub(crate) mod leavings;

use std::{
    marker::PhantomData,
    pin::pin,
    sync::{Arc, OnceLock},
};

use tokio::time::{Instant, sleep_until};

use crate::{
    AnyPlan, EngineError, EngineErrorOf, Plan, Record, Scene, SideEffects,
    by_node::NodeId,
    plan::context::{Context, RunState},
    shadow,
};
use driver::Driver;

pub use answered::{Answered, Unanswered};

/// A plan and one request, for an answer of type `A`. Built by a handler, run once.
pub struct Engine<S: Scene, A> {
    plan: Arc<AnyPlan<S>>,
    answer: PhantomData<fn() -> A>,
    request: Arc<S::Request>,
    caller_deadline: Option<Instant>,
    shadows_on: Option<Arc<SideEffects>>,
}

impl<S: Scene, A> std::fmt::Debug for Engine<S, A> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("plan", &self.plan).finish_non_exhaustive()
    }
}

impl<S: Scene, A: 'static> Engine<S, A> {
    /// Creates an engine that is limited only by its plan.
    #[must_use]
    pub fn new(plan: &Plan<S, A>, request: Arc<S::Request>) -> Self {
        let plan = Arc::clone(plan.any());
        Self { plan, answer: PhantomData, request, caller_deadline: None, shadows_on: None }
    }

    /// Sets a deadline that applies if it is earlier than the plan's timeout. The caller keeps a margin for its own work.
    #[must_use]
    pub fn until(mut self, at: Instant) -> Self {
        self.caller_deadline = Some(at);
        self
    }

    /// Runs the plan's shadows on `queue` after the engine has ended; without a queue they do not run.
    #[must_use]
    pub fn shadows_on(mut self, queue: &Arc<SideEffects>) -> Self {
        // the shared reference count is touched only if there is something to queue
        self.shadows_on = (!self.plan.shadows.is_empty()).then(|| Arc::clone(queue));
        self
    }

    /// Runs all tasks to their outcomes. Dropping the future cancels them.
    pub async fn run(self) -> Finished<S, A> {
        let (start, plan) = (Instant::now(), self.plan);
        let own = start + plan.timeout;
        let end = self.caller_deadline.map_or(own, |caller| own.min(caller));
        let cut_at = end.checked_sub(plan.reserve).unwrap_or(start).max(start);
        let shared = Arc::new(RunState {
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
        let (answer, record) = driver.finish();
        let wrong = EngineError::DependencyFailed { task: record.engine(), needs: "an answer of its type" };
        // the plan was compiled for an answer of this type
        let answer = answer.and_then(|datum| datum.downcast::<A>().map(|answer| *answer).map_err(|_| wrong));
        Finished { answer, record }
    }
}

/// The result of an engine.
pub struct Finished<S: Scene, A> {
    /// The answer, or the reason why there is none.
    pub answer: Result<A, EngineErrorOf<S>>,
    /// The record of the run.
    pub record: Record<S>,
}

impl<S: Scene, A> std::fmt::Debug for Finished<S, A> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Finished").field("error", &self.answer.as_ref().err()).finish_non_exhaustive()
    }
}

impl<S: Scene, A> Finished<S, A> {
    /// Whether there is an answer.
    #[must_use]
    pub const fn is_ok(&self) -> bool {
        self.answer.is_ok()
    }

    /// The answer, or the reason why there is none, and the record.
    ///
    /// # Errors
    /// The reason why there is none.
    pub fn into_answer(self) -> (Result<A, EngineErrorOf<S>>, Record<S>) {
        (self.answer, self.record)
    }
}

#[cfg(test)]
mod tests;
