//! The task: one piece of work, named by its type.

use std::future::Future;

use crate::{
    Context, Inputs, NeedRun, Scene, Stage, TaskResult,
    inputs::take,
    plan::body::{Body, Datum, NoDatum, Owned, Started, admitted, at_once},
};

/// A piece of work that reads typed inputs and returns one typed datum.
///
/// Tasks are built once and serve every request, so they hold no request data. They contain only business logic; timing,
/// counting, catching and spawning are done by the engine. Name, strength and importance are set at registration
/// ([`crate::Definition::task`]).
///
/// ```
/// use live_pack_engine::{Context, Maybe, Stage, Task, TaskResult, test_util::Tiny};
/// # struct Price(u32); struct Discount(u32); struct Total(u32);
///
/// struct TotalConverter;
///
/// impl Task<Tiny> for TotalConverter {
///     type Output = Total;
///     type Input<'a> = (&'a Price, Maybe<'a, Discount>);
///     const STAGE: Stage = Stage::Converters;
///     const WAITS: bool = false;
///
///     async fn run(&self, _cx: &Context<Tiny>, (price, discount): (&Price, Maybe<'_, Discount>)) -> TaskResult<Tiny, Total> {
///         Ok(Total(price.0 - discount.done().map_or(0, |discount| discount.0)))
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a task of the scene `{S}`",
    note = "implement `Task<{S}>` for it: `type Output`, `type Input<'a>`, `const STAGE` and `run`"
)]
pub trait Task<S: Scene>: Send + Sync + 'static {
    /// The datum it returns. No two tasks of a plan return the same type.
    type Output: Send + Sync + 'static;
    /// Its inputs: the edges of the plan; `()` for none.
    type Input<'a>: Inputs<'a, S>;
    /// Its stage.
    const STAGE: Stage;
    /// Whether it may wait. A task that never waits needs no future; if it declares that and waits, it fails with
    /// [`crate::TaskFault::Waited`]. It must not block in either case.
    const WAITS: bool = true;

    /// Whether it has anything to do in this request. Evaluated when all its inputs have ended.
    fn need_run<'a>(&self, _cx: &'a Context<S>, _input: &Self::Input<'a>) -> NeedRun {
        NeedRun::Run
    }

    /// Does the work. May be dropped at any await.
    ///
    /// # Errors
    /// The failure, or the reason for which a rule ends the engine.
    fn run<'a>(
        &'a self,
        cx: &'a Context<S>,
        input: Self::Input<'a>,
    ) -> impl Future<Output = TaskResult<S, Self::Output>> + Send;
}

/// Takes the inputs and starts the work if it is needed.
pub(crate) fn start<'a, S: Scene, T: Task<S>>(
    task: &'a T,
    cx: &'a Context<S>,
    owned: Owned,
) -> Result<impl Future<Output = TaskResult<S, T::Output>> + Send + use<'a, S, T>, NoDatum<S>> {
    let input = admitted(take(cx, owned), |input| task.need_run(cx, input))?;
    Ok(task.run(cx, input))
}

/// A [`Task`] as a body.
pub(crate) struct TaskBody<T>(pub(crate) T);

impl<S: Scene, T: Task<S>> Body<S> for TaskBody<T> {
    fn start(&self, cx: &Context<S>, owned: Owned) -> Started<S> {
        if !T::WAITS {
            return Started::Ended(start(&self.0, cx, owned).and_then(at_once).map(|output| Box::new(output) as Datum));
        }
        let cx = cx.clone();
        Started::Future(Box::pin(async move {
            // The context holds the plan and the plan holds the task: an extra reference count would be written by all
            // requests on all threads.
            let Self(task) = cx.body()?;
            start(task, &cx, owned)?.await.map(|output| Box::new(output) as Datum).map_err(NoDatum::Error)
        }))
    }
}
