//! The shape of a flow: its data for checks, records and pictures.

use std::time::Duration;

use crate::{Origins, Strength};

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

/// Joins a fork on all of its branches.
#[derive(Debug)]
pub struct All;

/// Joins a fork on some of its branches; the others are cancelled.
#[derive(Debug)]
pub struct Race;

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
    /// The added value, or the configured one.
    pub(super) strength: Strength,
    /// Whether its failure can be one of the flow.
    pub(super) may_be_strong: bool,
    pub(super) enabled: bool,
    pub(super) timeout: Option<Duration>,
    /// Whether it has a condition.
    pub(super) conditional: bool,
    /// Whether it stands for several branches, the number of which is known only at run time.
    pub(super) each: bool,
    pub(super) origins: Origins,
}

impl BranchShape {
    /// Applies the configuration; returns the faults, each with its field.
    pub(super) fn configure(&mut self, said: &BranchConf) -> Vec<(&'static str, &'static str)> {
        let mut faults = Vec::new();
        match (said.strength, self.strength) {
            (Some(Strength::Weak), Strength::Strong) => {
                faults.push(("strength", "is strong and cannot be made weak: the merge counts on it"));
            }
            (Some(Strength::Strong), Strength::Weak) if !self.may_be_strong => {
                faults.push(("strength", "cannot be made strong: its failure is none of the flow"));
            }
            (Some(Strength::Strong), Strength::Weak) => self.strength = Strength::Strong,
            (Some(Strength::Strong), Strength::Strong) | (Some(Strength::Weak), Strength::Weak) | (None, _) => {}
        }
        if said.enabled == Some(false) {
            self.enabled = false;
            if self.strength == Strength::Strong {
                faults.push(("enabled", "is strong and cannot be switched off"));
            }
        }
        self.origins.clone_from(&said.origins);
        faults
    }
}

/// Switches of a branch by configuration. `None`: not said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BranchConf {
    /// Whether it runs at all. A strong branch always does.
    pub enabled: Option<bool>,
    /// Makes a weak branch strong. A branch that was added as strong stays it.
    pub strength: Option<Strength>,
    /// Origins of these values, by the name of the field.
    pub origins: Origins,
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
    /// Whether the number of its branches is only known at run time.
    pub(super) fn each(&self) -> bool {
        self.branches().iter().any(|branch| branch.each)
    }

    /// The branch that a line of the record is of.
    pub(super) fn branch(&self, at: usize) -> Option<&BranchShape> {
        self.branches().get(if self.each() { 0 } else { at })
    }

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
    /// Number of lines in the record of a run without jumps, with one for branches of which the number is not known yet.
    pub(super) fn lines(&self) -> usize {
        self.steps.iter().map(|step| 1 + step.branches().len()).sum()
    }
}
