//! Bodies: the common interfaces of tasks, filters, sorters and contributions, and of cuts.

use std::{any::Any, future::Future, pin::Pin};

use super::{Kind, context::Context};
use crate::{NeedRun, Scene, TaskError, TaskFault, TaskResult};

pub(crate) use super::context::Datum;

/// Values to be handed to their only reader, in reverse declaration order. Empty, without an allocation, for
/// nearly all readers.
pub(crate) type Owned = Vec<Datum>;
/// The result of a body.
pub(crate) type BodyResult<S> = Result<Datum, NoDatum<S>>;
/// The future of a body that waits.
pub(crate) type BodyFuture<S> = Pin<Box<dyn Future<Output = BodyResult<S>> + Send>>;

/// Reasons why a body has no datum.
pub(crate) enum NoDatum<S: Scene> {
    /// It had nothing to do.
    NotNeeded(&'static str),
    /// It failed.
    Error(TaskError<S::Error, S::Stop>),
}

impl<S: Scene> NoDatum<S> {
    /// The declared data of a reader are missing.
    pub(crate) const fn no_inputs() -> Self {
        Self::Error(TaskError::Fault(TaskFault::NoInputs))
    }
}

/// The common interface of all kinds of tasks.
pub(crate) trait Body<S: Scene>: Any + Send + Sync {
    /// Starts the work if it is needed; `owned` holds the values it takes, in reverse order of its inputs.
    fn start(&self, cx: &Context<S>, owned: Owned) -> Started<S>;
}

impl<S: Scene> Context<S> {
    /// Downcasts to the body of this task.
    pub(crate) fn body<B: Body<S>>(&self) -> Result<&B, NoDatum<S>> {
        let body = match &self.shared.plan.nodes[self.node].kind {
            Kind::Body(body) => (&**body as &dyn Any).downcast_ref(),
            Kind::Join | Kind::Keep | Kind::Fold | Kind::Gate => None,
        };
        body.ok_or(NoDatum::no_inputs())
    }
}

/// The result of starting a body.
pub(crate) enum Started<S: Scene> {
    /// It never waits and has ended.
    Ended(BodyResult<S>),
    /// It may wait.
    Future(BodyFuture<S>),
}

/// The inputs of a reader; an error if they are missing or the reader is not needed.
pub(crate) fn admitted<S: Scene, I>(input: Option<I>, need_run: impl FnOnce(&I) -> NeedRun) -> Result<I, NoDatum<S>> {
    let input = input.ok_or(NoDatum::no_inputs())?;
    match need_run(&input) {
        NeedRun::Run => Ok(input),
        NeedRun::Skip(why) => Err(NoDatum::NotNeeded(why)),
    }
}

/// Polls work that never waits.
pub(crate) fn at_once<S: Scene, T>(work: impl Future<Output = TaskResult<S, T>>) -> Result<T, NoDatum<S>> {
    let work = std::pin::pin!(work);
    match work.poll(&mut std::task::Context::from_waker(std::task::Waker::noop())) {
        std::task::Poll::Ready(result) => result.map_err(NoDatum::Error),
        std::task::Poll::Pending => Err(NoDatum::Error(TaskError::Fault(TaskFault::Waited))),
    }
}

/// A cut of any input type, as a trait object.
pub(crate) trait CutBody<S: Scene>: Send + Sync {
    /// The page as indices into the joined list, given the ordered indices; `None` if an input is missing.
    fn page(&self, cx: &Context<S>, items: &[S::Item], order: &[u32]) -> Option<Vec<u32>>;
}

/// The page is the whole list.
pub(crate) struct WholeList;

impl<S: Scene> CutBody<S> for WholeList {
    fn page(&self, _cx: &Context<S>, _items: &[S::Item], order: &[u32]) -> Option<Vec<u32>> {
        Some(order.to_vec())
    }
}
