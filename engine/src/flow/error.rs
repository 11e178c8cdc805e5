//! Why a flow ended before its end.

use super::{Business, outcome::Told};
use crate::{Failure, Outcome, catch::catch};

/// Why a flow ended before its end. `at` is the step, or the branch of a fork; names are unique in a flow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FlowError<E: std::error::Error + 'static> {
    /// A step or a strong branch failed.
    #[error("{at} failed: {error}")]
    Failed {
        /// The step or branch.
        at: &'static str,
        /// What it returned.
        #[source]
        error: E,
    },
    /// A step, a merge or a strong branch panicked; the payload is in the log.
    #[error("{at} panicked")]
    Panicked {
        /// The step or branch.
        at: &'static str,
    },
    /// A strong branch used up its own timeout.
    #[error("{at} timed out")]
    TimedOut {
        /// The branch.
        at: &'static str,
    },
    /// The flow's time was up.
    #[error("out of time while {waiting_for} was unfinished")]
    Timeout {
        /// The step or strong branch that was unfinished.
        waiting_for: &'static str,
    },
    /// So few branches were left that the join could not be met any more.
    #[error("{at} joins on {wanted} branches, of which {done} were done")]
    NoQuorum {
        /// The fork.
        at: &'static str,
        /// How many had to be done.
        wanted: usize,
        /// How many were.
        done: usize,
    },
    /// A step asked for a jump it had not declared: a fault in the step.
    #[error("{at} jumps to {to}, which it has not declared")]
    Undeclared {
        /// The step.
        at: &'static str,
        /// Where to.
        to: &'static str,
    },
}

/// Why a flow of `K` ended before its end.
pub type FlowErrorOf<K> = FlowError<<K as Business>::Error>;

impl<E: std::error::Error + 'static> FlowError<E> {
    /// What it is to the record of `step`, in which it happened.
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
