//! Bodies: tasks, filters, sorters and contributions, behind one face.

use std::{any::Any, future::Future, pin::Pin};

use crate::{Context, NeedRun, Scene, TaskError, TaskFault, TaskResult, inputs::Owned};

/// A datum whose type the engine no longer knows.
pub(crate) type Datum = Box<dyn Any + Send + Sync>;
/// What a body returns.
pub(crate) type BodyResult<S> = Result<Datum, NoDatum<S>>;
/// The future of a body that waits.
pub(crate) type BodyFuture<S> = Pin<Box<dyn Future<Output = BodyResult<S>> + Send>>;

/// Why a body left no datum.
pub(crate) enum NoDatum<S: Scene> {
    /// It saw no need to run.
    NotNeeded(&'static str),
    /// It could not.
    Error(TaskError<S::Error, S::Stop>),
}

impl<S: Scene> NoDatum<S> {
    /// The data that a reader declared are not there.
    pub(crate) const fn no_inputs() -> Self {
        Self::Error(TaskError::Fault(TaskFault::NoInputs))
    }
}

/// Every kind of task, behind one face.
pub(crate) trait Body<S: Scene>: Any + Send + Sync {
    /// Starts the work, unless it is not needed; `owned` are the values that it takes, the first of its inputs last.
    fn start(&self, cx: &Context<S>, owned: Owned) -> Started<S>;
}

/// What starting a body gave.
pub(crate) enum Started<S: Scene> {
    /// It never waits and has ended.
    Ended(BodyResult<S>),
    /// It may wait.
    Future(BodyFuture<S>),
}

/// The inputs of a reader that runs; an error if they are not there, or if it is not needed.
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
