//! Outcomes as counted by metrics: timeouts are separate from failures, and an end by a business rule is not a failure.

use live_pack_dal::{Error, ErrorKind};
use live_pack_engine::{EngineError, Failure, Outcome};
use live_pack_entities::scene::Stop;

/// The outcome of an engine run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EngineEnd {
    /// It has an answer.
    Done,
    /// A business rule ended it on purpose.
    Stopped,
    /// It has no answer.
    Failed,
    /// The engine, a strong task or a downstream call timed out.
    TimedOut,
}

impl EngineEnd {
    /// All outcomes.
    pub(super) const ALL: [Self; 4] = [Self::Done, Self::Stopped, Self::Failed, Self::TimedOut];

    /// The outcome of a run; `failure` is the reason why it has no answer.
    pub(super) fn of(failure: Option<&EngineError<Error, Stop>>) -> Self {
        match failure {
            None => Self::Done,
            Some(EngineError::Stop(_)) => Self::Stopped,
            Some(EngineError::Timeout { .. } | EngineError::TaskTimeout { .. }) => Self::TimedOut,
            Some(EngineError::Task { error, .. }) if error.kind == ErrorKind::Timeout => Self::TimedOut,
            Some(
                EngineError::Task { .. }
                | EngineError::Panic { .. }
                | EngineError::DependencyFailed { .. }
                | EngineError::Fault { .. },
            ) => Self::Failed,
        }
    }

    /// The value of the label.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Stopped => "stopped",
            Self::Failed => "failed",
            Self::TimedOut => "timed_out",
        }
    }
}

/// The outcome of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TaskEnd {
    /// It returned its result.
    Done,
    /// It did not run although nothing failed.
    Skipped,
    /// It failed, or a task that it depends on failed.
    Failed,
    /// The task or its downstream call timed out.
    TimedOut,
    /// It panicked.
    Panicked,
    /// It was stopped when only the engine's time reserve was left.
    CutOff,
    /// The engine ended first.
    Cancelled,
}

impl TaskEnd {
    /// All outcomes.
    pub(crate) const ALL: [Self; 7] =
        [Self::Done, Self::Skipped, Self::Failed, Self::TimedOut, Self::Panicked, Self::CutOff, Self::Cancelled];

    /// The outcome, without its reason.
    pub(crate) fn of(outcome: &Outcome<Error>) -> Self {
        match outcome {
            Outcome::Done => Self::Done,
            Outcome::Skipped(_) => Self::Skipped,
            Outcome::Cancelled => Self::Cancelled,
            Outcome::Failed(Failure::TimedOut) => Self::TimedOut,
            Outcome::Failed(Failure::Error(error)) if error.kind == ErrorKind::Timeout => Self::TimedOut,
            Outcome::Failed(Failure::Panicked) => Self::Panicked,
            Outcome::Failed(Failure::CutOff) => Self::CutOff,
            Outcome::Failed(Failure::Error(_) | Failure::DependencyFailed(_) | Failure::Fault(_)) => Self::Failed,
        }
    }

    /// The value of the label.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
            Self::TimedOut => "timed_out",
            Self::Panicked => "panicked",
            Self::CutOff => "cut_off",
            Self::Cancelled => "cancelled",
        }
    }
}
