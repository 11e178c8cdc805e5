//! The structure of a flow, for checks, records and diagrams.

use std::time::Duration;

use crate::{Origins, Strength};

/// The number of branches that a fork waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Join {
    /// All branches.
    All,
    /// The first that is done.
    First,
    /// This many that are done.
    Quorum(usize),
}

impl Join {
    /// Number of branches that must be done before the others are cancelled; `None` if none is cancelled.
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

/// Joins a fork on some of its branches; the rest are cancelled.
#[derive(Debug)]
pub struct Race;

/// A jump that a step may request with [`super::Next::Jump`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Jump {
    /// The target, in the same sequence: an earlier step is repeated; for a later one, the steps between are
    /// skipped.
    pub to: &'static str,
    /// Maximum number of jumps in one run, at least 1. Further jumps are refused.
    pub at_most: u32,
    /// The jump is refused with less time left than this, and always if no time is left.
    pub while_left: Duration,
}

/// A branch of a fork.
#[derive(Debug, Clone)]
pub(super) struct BranchShape {
    pub(super) name: &'static str,
    /// The configured strength, else the registered one.
    pub(super) strength: Strength,
    /// Whether its error can be an error of the flow.
    pub(super) may_be_strong: bool,
    pub(super) enabled: bool,
    pub(super) timeout: Option<Duration>,
    /// Whether it has a condition.
    pub(super) conditional: bool,
    /// Whether it stands for several branches whose number is known only at run time.
    pub(super) each: bool,
    pub(super) origins: Origins,
}

impl BranchShape {
    /// Applies the configuration; returns the faults with their fields.
    pub(super) fn configure(&mut self, said: &BranchConf) -> Vec<(&'static str, &'static str)> {
        let mut faults = Vec::new();
        match (said.strength, self.strength) {
            (Some(Strength::Weak), Strength::Strong) => {
                faults.push(("strength", "is strong and cannot be made weak: the merge needs its value"));
            }
            (Some(Strength::Strong), Strength::Weak) if !self.may_be_strong => {
                faults.push(("strength", "cannot be made strong: its error is not one of the flow"));
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

/// Configuration of a branch. `None` means not configured.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BranchConf {
    /// Whether it runs. A strong branch always does.
    pub enabled: Option<bool>,
    /// Makes a weak branch strong. A branch registered as strong stays strong.
    pub strength: Option<Strength>,
    /// Origins of these values, by field name.
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
    /// The jumps, each with the index of its target.
    pub(super) jumps: Vec<(Jump, usize)>,
}

impl StepShape {
    /// Whether the number of its branches is known only at run time.
    pub(super) fn each(&self) -> bool {
        self.branches().iter().any(|branch| branch.each)
    }

    /// The branch that a line of the record belongs to.
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
    /// Number of lines in the record of a run without jumps; branches of an unknown number count as one.
    pub(super) fn lines(&self) -> usize {
        self.steps.iter().map(|step| 1 + step.branches().len()).sum()
    }
}
