//! The shape of a flow: what of it is data, for checks, records and pictures.

use std::time::Duration;

use crate::Strength;

/// For how many branches a fork waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Join {
    /// For every one.
    All,
    /// For the first that is done.
    First,
    /// For so many that are done.
    Quorum(usize),
}

impl Join {
    /// How many must be done before the others are cancelled; `None`: nobody is cancelled.
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

/// A jump that a step may ask for with [`super::Next::Jump`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Jump {
    /// A step of the same sequence; before the jumping one: again, after it: what lies between is passed over.
    pub to: &'static str,
    /// How often in one run, at least 1. One more is refused.
    pub at_most: u32,
    /// With less time left than this, it is refused. It is in any case when none is.
    pub while_left: Duration,
}

/// A branch of a fork.
#[derive(Debug, Clone)]
pub(super) struct BranchShape {
    pub(super) name: &'static str,
    pub(super) strength: Strength,
    pub(super) timeout: Option<Duration>,
    /// Whether it is asked if it is needed.
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
    /// Each with the place of its target.
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
    /// How many lines the record of a run without jumps has.
    pub(super) fn lines(&self) -> usize {
        self.steps.iter().map(|step| 1 + step.branches().len()).sum()
    }
}
