//! How a task fails, and how an engine fails because of it.

use crate::{Failure, Scene};

/// What a task returns instead of its datum: `E` is its scene's error, `P` the reason its rules may stop with.
#[derive(Debug)]
pub enum TaskError<E, P> {
    /// It could not be done.
    Failed(E),
    /// A business rule ends the engine on purpose. Not a failure.
    Stop(P),
    /// The task itself is at fault.
    Fault(TaskFault),
}

/// A mistake in the code of a task, found while it ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TaskFault {
    /// It was pending though it says that it never waits.
    #[error("waited although its WAITS is false")]
    Waited,
    /// It left a column that has not one value for each row of the page.
    #[error("has {values} values for a page of {rows}")]
    WrongLength {
        /// Items on the page.
        rows: u32,
        /// Values found.
        values: u32,
    },
    /// The data it declared are not there: a fault in the engine.
    #[error("could not take its inputs")]
    NoInputs,
}

impl<E, P> From<E> for TaskError<E, P> {
    fn from(error: E) -> Self {
        Self::Failed(error)
    }
}

/// What a task of scene `S` returns.
pub type TaskResult<S, T> = Result<T, TaskError<<S as Scene>::Error, <S as Scene>::Stop>>;

/// Why an engine ended without its answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EngineError<E: std::error::Error + 'static, P: std::fmt::Debug> {
    /// A business rule ended it on purpose.
    #[error("stopped: {0:?}")]
    Stop(P),
    /// A strong task failed.
    #[error("{task} failed: {error}")]
    Task {
        /// The task.
        task: &'static str,
        /// What it returned.
        #[source]
        error: E,
    },
    /// A strong task panicked.
    #[error("{task} panicked")]
    Panic {
        /// The task.
        task: &'static str,
    },
    /// A strong task used up its own timeout.
    #[error("{task} timed out")]
    TaskTimeout {
        /// The task.
        task: &'static str,
    },
    /// A strong task could not get a datum it needs, or the answer was never left.
    #[error("{task} lacks {needs}")]
    DependencyFailed {
        /// Who needed it.
        task: &'static str,
        /// What was needed.
        needs: &'static str,
    },
    /// The code of a strong task is at fault.
    #[error("{task} {fault}")]
    Fault {
        /// The task.
        task: &'static str,
        /// Its fault.
        #[source]
        fault: TaskFault,
    },
    /// The engine's time was up before a strong task had ended.
    #[error("out of time while {waiting_for} was unfinished")]
    Timeout {
        /// The first strong task that was unfinished.
        waiting_for: &'static str,
    },
}

impl<E: std::error::Error + 'static, P: std::fmt::Debug> EngineError<E, P> {
    /// What the failure of a strong task means for its engine.
    pub(crate) fn of(task: &'static str, failure: Failure<E>) -> Self {
        match failure {
            Failure::Error(error) => Self::Task { task, error },
            Failure::TimedOut => Self::TaskTimeout { task },
            Failure::Panicked => Self::Panic { task },
            Failure::CutOff => Self::Timeout { waiting_for: task },
            Failure::DependencyFailed(needs) => Self::DependencyFailed { task, needs },
            Failure::Fault(fault) => Self::Fault { task, fault },
        }
    }
}

/// Why an engine of scene `S` ended without its answer.
pub type EngineErrorOf<S> = EngineError<<S as Scene>::Error, <S as Scene>::Stop>;
