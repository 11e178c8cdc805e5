//! The shape of a flow: its data for checks, records and pictures.

use std::time::Duration;

use crate::Strength;

/// The number of branches that a fork waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Join {
    /// For every one.
    All,
    /// For the first that is done.
    First,
    /// For this many that are done.
    Quorum(usize),
}

impl Join {
    /// Number of branches that must be done before the others are cancelled; `None`: none is cancelled.
    pub(super) const fn wanted(self) -> Option<usize> {
        match self {
            Self::All => None,
            Self::First => Some(1),
            Self::Quorum(wanted) => Some(wanted),
        }
    }

    pub(super) fn words(self) -> String {
        match self {
            Self::All => "all".to_owned(),
            Self::First => "first".to_owned(),
            Self::Quorum(wanted) => format!("quorum of {wanted}"),
        }
    }
}

/// A jump that a step may request with [`super::Next::Jump`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Jump {
    /// The target, in the same sequence: an earlier step is repeated; if it is a later one, the steps between are
    /// skipped.
    pub to: &'static str,
    /// Maximum number of jumps in one run, at least 1. Further ones are refused.
    pub at_most: u32,
    /// With less time left than this, it is refused. Without any time left it is always refused.
    pub while_left: Duration,
}

/// A branch of a fork.
#[derive(Debug, Clone)]
pub(super) struct BranchShape {
    pub(super) name: &'static str,
    pub(super) strength: Strength,
    pub(super) timeout: Option<Duration>,
    /// Whether it has a condition.
    pub(super) conditional: bool,
}

#[derive(Debug)]
pub(super) enum Kind {
    Step,
    Sync,
    Fork { join: Join, branches: Vec<BranchShape> },
}

#[derive(Debug)]
pub(super) struct StepShape {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// Each with the index of its target.
    pub(super) jumps: Vec<(Jump, usize)>,
}

impl StepShape {
    pub(super) fn branches(&self) -> &[BranchShape] {
        match &self.kind {
            Kind::Fork { branches, .. } => branches,
            Kind::Step | Kind::Sync => &[],
        }
    }
}

#[derive(Debug)]
pub(super) struct Shape {
    pub(super) flow: &'static str,
    pub(super) timeout: Option<Duration>,
    pub(super) steps: Vec<StepShape>,
}

impl Shape {
    /// Number of lines in the record of a run without jumps.
    pub(super) fn lines(&self) -> usize {
        self.steps.iter().map(|step| 1 + step.branches().len()).sum()
    }
}
