//! Reasons why a flow ended early.

use super::{Business, outcome::Told};
use crate::{Failure, Outcome, catch::catch};

/// Reasons why a flow ended early. `at` is the step, or the branch of a fork; names are unique in a flow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FlowError<E: std::error::Error + 'static> {
    /// A step or a strong branch failed.
    #[error("{at} failed: {error}")]
    Failed {
        /// The step or branch.
        at: &'static str,
        /// Its error.
        #[source]
        error: E,
    },
    /// A step, a merge or a strong branch panicked.
    #[error("{at} panicked")]
    Panicked {
        /// The step or branch.
        at: &'static str,
    },
    /// A strong branch exceeded its own timeout.
    #[error("{at} timed out")]
    TimedOut {
        /// The branch.
        at: &'static str,
    },
    /// The flow's time was up.
    #[error("out of time while {waiting_for} was unfinished")]
    Timeout {
        /// The unfinished step or strong branch.
        waiting_for: &'static str,
    },
    /// Too few branches succeeded to meet the join.
    #[error("{at} joins on {wanted} branches, only {done} succeeded")]
    NoQuorum {
        /// The fork.
        at: &'static str,
        /// Number of branches that had to be done.
        wanted: usize,
        /// Number of branches that were done.
        done: usize,
    },
    /// A step requested a jump that it had not declared: a programming error in the step.
    #[error("{at} jumps to {to}, which it has not declared")]
    Undeclared {
        /// The step.
        at: &'static str,
        /// The target.
        to: &'static str,
    },
}

/// Reasons why a flow of `K` ended early.
pub type FlowErrorOf<K> = FlowError<<K as Business>::Error>;

impl<E: std::error::Error + 'static> FlowError<E> {
    /// The outcome for the record of `step`, in which the error occurred.
    pub(super) fn told(&self, step: &'static str) -> Told {
        Outcome::Failed(match self {
            Self::Failed { at, error } if *at == step => match catch(step, || error.to_string()) {
                Ok(text) => Failure::Error(text.into()),
                Err(_) => Failure::Panicked,
            },
            Self::Panicked { at } if *at == step => Failure::Panicked,
            Self::Failed { at, .. } | Self::Panicked { at } | Self::TimedOut { at } => Failure::DependencyFailed(at),
            Self::Timeout { .. } => Failure::TimedOut,
            Self::NoQuorum { .. } | Self::Undeclared { .. } => Failure::Error(self.to_string().into()),
        })
    }
}
