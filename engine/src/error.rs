//! Failures of tasks, and the engine failures that they cause.

use crate::{Failure, Scene, TaskFault};

/// The error of a task: `E` is its scene's error, `P` the reason for which a business rule stops.
#[derive(Debug)]
pub enum TaskError<E, P> {
    /// The work failed.
    Failed(E),
    /// A business rule ends the engine on purpose. Not a failure.
    Stop(P),
    /// Programming error in the task.
    Fault(TaskFault),
}

impl<E, P> From<E> for TaskError<E, P> {
    fn from(error: E) -> Self {
        Self::Failed(error)
    }
}

/// The result of a task of scene `S`.
pub type TaskResult<S, T> = Result<T, TaskError<<S as Scene>::Error, <S as Scene>::Stop>>;

/// Reasons why an engine ended without an answer.
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
        /// Its error.
        #[source]
        error: E,
    },
    /// A strong task panicked.
    #[error("{task} panicked")]
    Panic {
        /// The task.
        task: &'static str,
    },
    /// A strong task exceeded its own timeout.
    #[error("{task} timed out")]
    TaskTimeout {
        /// The task.
        task: &'static str,
    },
    /// A datum needed by a strong task is missing, or there is no answer.
    #[error("{task} lacks {needs}")]
    DependencyFailed {
        /// The task that needs it.
        task: &'static str,
        /// The missing datum.
        needs: &'static str,
    },
    /// Programming error in a strong task.
    #[error("{task} {fault}")]
    Fault {
        /// The task.
        task: &'static str,
        /// Its fault.
        #[source]
        fault: TaskFault,
    },
    /// The engine's time was up before a strong task ended.
    #[error("out of time while {waiting_for} was unfinished")]
    Timeout {
        /// The first unfinished strong task.
        waiting_for: &'static str,
    },
}

impl<E: std::error::Error + 'static, P: std::fmt::Debug> EngineError<E, P> {
    /// The error of an engine whose strong task failed.
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

/// Reasons why an engine of scene `S` ended without an answer.
pub type EngineErrorOf<S> = EngineError<<S as Scene>::Error, <S as Scene>::Stop>;
