//! What a branch came to, as the merge sees it.

use std::fmt;

use crate::{Failure, Outcome, SkipReason};

/// What a branch came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BranchOutcome<T, X> {
    /// It left this.
    Done(T),
    /// It saw no need to run.
    Skipped(SkipReason),
    /// It left nothing.
    Failed(Failure<X>),
    /// The join was met without it.
    Cancelled,
}

impl<T, X> BranchOutcome<T, X> {
    /// What it left, for a merge to which all else is the same.
    #[must_use]
    pub fn done(self) -> Option<T> {
        match self {
            Self::Done(value) => Some(value),
            Self::Skipped(_) | Self::Failed(_) | Self::Cancelled => None,
        }
    }

    /// What it left, or what it failed with of itself; `None` if it was skipped, cancelled, timed out or panicked.
    #[must_use]
    pub fn result(self) -> Option<Result<T, X>> {
        match self {
            Self::Done(value) => Some(Ok(value)),
            Self::Failed(Failure::Error(error)) => Some(Err(error)),
            Self::Skipped(_) | Self::Failed(_) | Self::Cancelled => None,
        }
    }
}

impl<T, X: fmt::Display> BranchOutcome<T, X> {
    /// For the record, which outlives the error.
    pub(super) fn told(&self) -> Told {
        match self {
            Self::Done(_) => Outcome::Done,
            Self::Skipped(reason) => Outcome::Skipped(*reason),
            Self::Failed(failure) => Outcome::Failed(tell(failure)),
            Self::Cancelled => Outcome::Cancelled,
        }
    }
}

/// How a step or a branch ended, with its error as text.
pub(super) type Told = Outcome<Box<str>>;

fn tell<X: fmt::Display>(failure: &Failure<X>) -> Failure<Box<str>> {
    match failure {
        Failure::Error(error) => Failure::Error(error.to_string().into()),
        Failure::TimedOut => Failure::TimedOut,
        Failure::Panicked => Failure::Panicked,
        Failure::CutOff => Failure::CutOff,
        Failure::DependencyFailed(on) => Failure::DependencyFailed(on),
        Failure::Fault(fault) => Failure::Fault(*fault),
    }
}
