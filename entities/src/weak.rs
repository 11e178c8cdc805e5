//! A task that an engine can do without, whatever the task says of itself.

use live_pack_engine::{Context, Importance, NeedRun, Reads, Scene, Stage, Strength, SyncTask, Task, TaskResult};

/// The same task under the same name, but weak. Configuration may still say otherwise.
#[derive(Debug)]
pub struct Weak<T>(pub T);

impl<S: Scene, T: Task<S>> Task<S> for Weak<T> {
    type Output = T::Output;
    const STAGE: Stage = T::STAGE;

    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn reads(&self) -> Reads {
        self.0.reads()
    }

    fn need_run(&self, cx: &Context<S>) -> NeedRun {
        self.0.need_run(cx)
    }

    fn strength(&self, _cx: &Context<S>) -> Strength {
        Strength::Weak
    }

    fn importance(&self) -> Importance {
        self.0.importance()
    }

    async fn run(&self, cx: &Context<S>) -> TaskResult<S, T::Output> {
        self.0.run(cx).await
    }
}

impl<S: Scene, T: SyncTask<S>> SyncTask<S> for Weak<T> {
    type Output = T::Output;
    const STAGE: Stage = T::STAGE;

    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn reads(&self) -> Reads {
        self.0.reads()
    }

    fn need_run(&self, cx: &Context<S>) -> NeedRun {
        self.0.need_run(cx)
    }

    fn strength(&self, _cx: &Context<S>) -> Strength {
        Strength::Weak
    }

    fn importance(&self) -> Importance {
        self.0.importance()
    }

    fn run(&self, cx: &Context<S>) -> TaskResult<S, T::Output> {
        self.0.run(cx)
    }
}
