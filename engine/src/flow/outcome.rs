//! The outcome of a branch, as the merge gets it.

use std::fmt;

use crate::{Failure, Outcome, SkipReason};

/// The outcome of a branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BranchOutcome<T, X> {
    /// It succeeded.
    Done(T),
    /// It had nothing to do.
    Skipped(SkipReason),
    /// It failed.
    Failed(Failure<X>),
    /// The join was met without it.
    Cancelled,
}

impl<T, X> BranchOutcome<T, X> {
    /// Its value, for a merge that treats all other outcomes the same.
    #[must_use]
    pub fn done(self) -> Option<T> {
        match self {
            Self::Done(value) => Some(value),
            Self::Skipped(_) | Self::Failed(_) | Self::Cancelled => None,
        }
    }

    /// Its value or its own error; `None` if it was skipped, cancelled, timed out or panicked.
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
    /// The outcome for the record, which outlives the error.
    pub(super) fn told(&self) -> Told {
        match self {
            Self::Done(_) => Outcome::Done,
            Self::Skipped(reason) => Outcome::Skipped(*reason),
            Self::Failed(failure) => Outcome::Failed(tell(failure)),
            Self::Cancelled => Outcome::Cancelled,
        }
    }
}

/// The outcome of a step or a branch, with its error as text.
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
