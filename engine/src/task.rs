//! The task: one piece of work, resident, named by its type.

use std::{any::Any, future::Future, pin::Pin};

use crate::{Context, Importance, NeedRun, Reads, Scene, Stage, Strength, TaskError, TaskResult, reads::short_name};

/// Work that may wait.
///
/// Tasks are built once and serve every request, so they hold nothing of any request. They contain business and nothing
/// else: timing, counting, catching and spawning are the engine's.
pub trait Task<S: Scene>: Send + Sync + 'static {
    /// The datum it leaves. No two tasks of a plan leave the same type.
    type Output: Send + Sync + 'static;
    /// Where it stands.
    const STAGE: Stage;

    /// Its name in configuration, records and metrics: that of its type.
    fn name(&self) -> &'static str {
        short_name::<Self>()
    }

    /// What it reads.
    fn reads(&self) -> Reads {
        Reads::none()
    }

    /// Whether it has anything to do in this request. Asked when all it reads has ended.
    fn need_run(&self, _cx: &Context<S>) -> NeedRun {
        NeedRun::Run
    }

    /// Whether the engine can do without it, unless configuration says otherwise.
    fn strength(&self, _cx: &Context<S>) -> Strength {
        Strength::Weak
    }

    /// When it is shed under pressure, unless configuration says otherwise.
    fn importance(&self) -> Importance {
        Importance::Normal
    }

    /// The work. May be dropped at any await.
    ///
    /// # Errors
    /// What could not be done, or the reason of a rule that ends the engine.
    fn run(&self, cx: &Context<S>) -> impl Future<Output = TaskResult<S, Self::Output>> + Send;
}

/// Work that never waits. Costs no future; must not block.
pub trait SyncTask<S: Scene>: Send + Sync + 'static {
    /// The datum it leaves. No two tasks of a plan leave the same type.
    type Output: Send + Sync + 'static;
    /// Where it stands.
    const STAGE: Stage;

    /// Its name in configuration, records and metrics: that of its type.
    fn name(&self) -> &'static str {
        short_name::<Self>()
    }

    /// What it reads.
    fn reads(&self) -> Reads {
        Reads::none()
    }

    /// Whether it has anything to do in this request. Asked when all it reads has ended.
    fn need_run(&self, _cx: &Context<S>) -> NeedRun {
        NeedRun::Run
    }

    /// Whether the engine can do without it, unless configuration says otherwise.
    fn strength(&self, _cx: &Context<S>) -> Strength {
        Strength::Weak
    }

    /// When it is shed under pressure, unless configuration says otherwise.
    fn importance(&self) -> Importance {
        Importance::Normal
    }

    /// The work.
    ///
    /// # Errors
    /// What could not be done, or the reason of a rule that ends the engine.
    fn run(&self, cx: &Context<S>) -> TaskResult<S, Self::Output>;
}

/// A datum whose type the engine no longer knows.
pub(crate) type Datum = Box<dyn Any + Send + Sync>;
/// What a body returns.
pub(crate) type BodyResult<S> = TaskResult<S, Datum>;
/// The future of a body that waits.
pub(crate) type BodyFuture<S> = Pin<Box<dyn Future<Output = BodyResult<S>> + Send>>;

/// Every kind of task, behind one face.
pub(crate) trait Body<S: Scene>: Any + Send + Sync {
    fn need_run(&self, _cx: &Context<S>) -> NeedRun {
        NeedRun::Run
    }

    /// Filters, sorters and the cut are strong: a rule that could not be applied must not let through what it would
    /// have stopped.
    fn strength(&self, _cx: &Context<S>) -> Strength {
        Strength::Strong
    }

    /// Only tasks can be shed.
    fn importance(&self) -> Importance {
        Importance::High
    }

    fn start(&self, cx: &Context<S>) -> Started<S>;
}

/// What starting a body gave.
pub(crate) enum Started<S: Scene> {
    /// It never waits and has ended.
    Ended(BodyResult<S>),
    /// It may wait.
    Future(BodyFuture<S>),
}

/// A [`Task`] as a body.
pub(crate) struct Waiting<T>(pub(crate) T);

impl<S: Scene, T: Task<S>> Body<S> for Waiting<T> {
    fn need_run(&self, cx: &Context<S>) -> NeedRun {
        self.0.need_run(cx)
    }

    fn strength(&self, cx: &Context<S>) -> Strength {
        self.0.strength(cx)
    }

    fn importance(&self) -> Importance {
        self.0.importance()
    }

    fn start(&self, cx: &Context<S>) -> Started<S> {
        let cx = cx.clone();
        Started::Future(Box::pin(async move {
            // The context holds the plan and the plan holds the task: a count of its own would be one that all
            // requests of all threads write.
            let Some(Self(task)) = cx.body() else { return Err(TaskError::Undeclared("its own task")) };
            task.run(&cx).await.map(|output| Box::new(output) as Datum)
        }))
    }
}

/// A [`SyncTask`] as a body.
pub(crate) struct Instant<T>(pub(crate) T);

impl<S: Scene, T: SyncTask<S>> Body<S> for Instant<T> {
    fn need_run(&self, cx: &Context<S>) -> NeedRun {
        self.0.need_run(cx)
    }

    fn strength(&self, cx: &Context<S>) -> Strength {
        self.0.strength(cx)
    }

    fn importance(&self) -> Importance {
        self.0.importance()
    }

    fn start(&self, cx: &Context<S>) -> Started<S> {
        Started::Ended(self.0.run(cx).map(|output| Box::new(output) as Datum))
    }
}
