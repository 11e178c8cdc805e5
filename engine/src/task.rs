//! The task: one piece of work, resident, named by its type.

use std::{any::Any, future::Future, pin::Pin};

use crate::{
    Context, Importance, NeedRun, Reads, Scene, Stage, Strength, TaskError, TaskFault, TaskResult, inputs::Owned,
    reads::short_name,
};

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

    /// Of a task that reads by type: whether it is not needed.
    pub(crate) fn unless(need_run: NeedRun) -> Result<(), Self> {
        match need_run {
            NeedRun::Run => Ok(()),
            NeedRun::Skip(why) => Err(Self::NotNeeded(why)),
        }
    }
}

/// Every kind of task, behind one face.
pub(crate) trait Body<S: Scene>: Any + Send + Sync {
    /// Filters, sorters and the cut are strong: a rule that could not be applied must not let through what it would
    /// have stopped.
    fn strength(&self, _cx: &Context<S>) -> Strength {
        Strength::Strong
    }

    /// Only tasks can be shed.
    fn importance(&self) -> Importance {
        Importance::High
    }

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

/// A [`Task`] as a body.
pub(crate) struct Waiting<T>(pub(crate) T);

impl<S: Scene, T: Task<S>> Body<S> for Waiting<T> {
    fn strength(&self, cx: &Context<S>) -> Strength {
        self.0.strength(cx)
    }

    fn importance(&self) -> Importance {
        self.0.importance()
    }

    fn start(&self, cx: &Context<S>, _owned: Owned) -> Started<S> {
        if let Err(not_needed) = NoDatum::unless(self.0.need_run(cx)) {
            return Started::Ended(Err(not_needed));
        }
        let cx = cx.clone();
        Started::Future(Box::pin(async move {
            // The context holds the plan and the plan holds the task: a count of its own would be one that all
            // requests of all threads write.
            let Self(task) = cx.body()?;
            task.run(&cx).await.map(|output| Box::new(output) as Datum).map_err(NoDatum::Error)
        }))
    }
}

/// A [`SyncTask`] as a body.
pub(crate) struct Instant<T>(pub(crate) T);

impl<S: Scene, T: SyncTask<S>> Body<S> for Instant<T> {
    fn strength(&self, cx: &Context<S>) -> Strength {
        self.0.strength(cx)
    }

    fn importance(&self) -> Importance {
        self.0.importance()
    }

    fn start(&self, cx: &Context<S>, _owned: Owned) -> Started<S> {
        let run = || self.0.run(cx).map(|output| Box::new(output) as Datum).map_err(NoDatum::Error);
        Started::Ended(NoDatum::unless(self.0.need_run(cx)).and_then(|()| run()))
    }
}
