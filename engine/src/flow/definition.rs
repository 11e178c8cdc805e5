//! The definition of a flow, and everything that can be wrong with it.

use std::{collections::HashSet, sync::Arc, time::Duration};

use super::{
    Branches, Business, Flow, Fork, Join, Jump, Next, Step, Turn,
    shape::{Kind, Shape, StepShape},
    step::{Body, Instant, Waiting},
};
use crate::{Fault, Strength};

/// A flow in the making: steps in the order in which they are taken.
pub struct FlowDefinition<K: Business> {
    shape: Shape,
    bodies: Vec<Box<dyn Body<K>>>,
    jumps: Vec<(usize, Jump)>,
}

impl<K: Business> std::fmt::Debug for FlowDefinition<K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FlowDefinition").field("shape", &self.shape).finish_non_exhaustive()
    }
}

impl<K: Business> FlowDefinition<K> {
    pub(super) const fn new(flow: &'static str) -> Self {
        Self { shape: Shape { flow, timeout: None, steps: Vec::new() }, bodies: Vec::new(), jumps: Vec::new() }
    }

    /// How long the flow may take; without it, as long as each run is given.
    #[must_use]
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.shape.timeout = Some(timeout);
        self
    }

    /// Adds a step that may wait.
    #[must_use]
    pub fn step(self, name: &'static str, step: impl for<'r> Step<K::Context<'r>, K::Error>) -> Self {
        self.push(name, Kind::Step, Waiting(step))
    }

    /// Adds a step that never waits. It costs no future, must not block, and runs even when the time is up.
    #[must_use]
    pub fn sync<F>(self, name: &'static str, step: F) -> Self
    where
        F: for<'a, 'r, 't, 'l> Fn(&'a mut K::Context<'r>, &'t mut Turn<'l>) -> Result<Next, K::Error>
            + Send
            + Sync
            + 'static,
    {
        self.push(name, Kind::Sync, Instant(step))
    }

    /// Adds branches side by side, and the merge of what they come to, which is given in declared order. The merge never
    /// waits and is not called when the fork ends the flow.
    #[must_use]
    pub fn fork<Bs, J: 'static, M>(self, name: &'static str, fork: Fork<K, Bs, J>, merge: M) -> Self
    where
        Bs: Branches<K>,
        M: for<'a, 'r, 't, 'l> Fn(&'a mut K::Context<'r>, Bs::Seen, &'t mut Turn<'l>) -> Result<Next, K::Error>
            + Send
            + Sync
            + 'static,
    {
        let (join, branches, body) = fork.into_parts(merge);
        self.push(name, Kind::Fork { join, branches }, body)
    }

    /// Lets the step added last ask for a jump.
    #[must_use]
    pub fn may_jump(mut self, jump: Jump) -> Self {
        self.jumps.push((self.shape.steps.len().saturating_sub(1), jump));
        self
    }

    /// Checks all of it and freezes it.
    ///
    /// # Errors
    /// All faults: no steps, a name that is used twice or empty, a jump to a step there is not, a bound or a timeout of
    /// zero, a branch's timeout above the flow's, a quorum of none or of more than there are, a condition on a strong
    /// branch.
    pub fn build(mut self) -> Result<Flow<K>, Vec<Fault>> {
        let mut faults = Vec::new();
        self.check_names(&mut faults);
        self.check_times(&mut faults);
        self.check_forks(&mut faults);
        for (place, jump) in std::mem::take(&mut self.jumps) {
            self.resolve(place, jump, &mut faults);
        }
        if faults.is_empty() { Ok(Flow { shape: Arc::new(self.shape), bodies: self.bodies }) } else { Err(faults) }
    }

    fn push(mut self, name: &'static str, kind: Kind, body: impl Body<K> + 'static) -> Self {
        self.shape.steps.push(StepShape { name, kind, jumps: Vec::new() });
        self.bodies.push(Box::new(body));
        self
    }

    fn fault(&self, at: Option<&str>, text: String) -> Fault {
        Fault { engine: self.shape.flow.to_owned(), task: at.map(str::to_owned), text }
    }

    fn check_names(&self, faults: &mut Vec<Fault>) {
        if self.shape.steps.is_empty() {
            faults.push(self.fault(None, "has no steps".into()));
        }
        let mut names = HashSet::new();
        let branches = |step: &StepShape| step.branches().iter().map(|branch| branch.name).collect::<Vec<_>>();
        for name in self.shape.steps.iter().flat_map(|step| [vec![step.name], branches(step)].concat()) {
            if name.is_empty() {
                faults.push(self.fault(None, "has a step or a branch without a name".into()));
            } else if !names.insert(name) {
                faults.push(self.fault(Some(name), "is the name of two steps or branches".into()));
            }
        }
    }

    fn check_times(&self, faults: &mut Vec<Fault>) {
        if self.shape.timeout.is_some_and(|timeout| timeout.is_zero()) {
            faults.push(self.fault(None, "timeout must be more than 0ms".into()));
        }
        for branch in self.shape.steps.iter().flat_map(StepShape::branches) {
            match (branch.timeout, self.shape.timeout) {
                (Some(Duration::ZERO), _) => {
                    faults.push(self.fault(Some(branch.name), "timeout must be more than 0ms".into()));
                }
                (Some(timeout), Some(flow)) if timeout > flow => {
                    faults.push(
                        self.fault(Some(branch.name), format!("timeout {timeout:?} is above the flow's {flow:?}")),
                    );
                }
                _ => {}
            }
        }
    }

    fn check_forks(&self, faults: &mut Vec<Fault>) {
        for step in &self.shape.steps {
            let Kind::Fork { join, branches } = &step.kind else { continue };
            if let Join::Quorum(wanted) = *join
                && !(1..=branches.len()).contains(&wanted)
            {
                let text = format!("quorum must be 1 to its {} branches, found {wanted}", branches.len());
                faults.push(self.fault(Some(step.name), text));
            }
            for branch in branches.iter().filter(|branch| branch.conditional && branch.strength == Strength::Strong) {
                let text = "is strong and cannot be left out: the merge counts on it".into();
                faults.push(self.fault(Some(branch.name), text));
            }
        }
    }

    fn resolve(&mut self, place: usize, jump: Jump, faults: &mut Vec<Fault>) {
        let target = self.shape.steps.iter().position(|step| step.name == jump.to);
        let known: Vec<_> = self.shape.steps.iter().map(|step| step.name).collect();
        let Some(step) = self.shape.steps.get_mut(place) else {
            faults.push(self.fault(None, format!("has a jump to {:?} before any step", jump.to)));
            return;
        };
        let (name, twice) = (step.name, step.jumps.iter().any(|(other, _)| other.to == jump.to));
        step.jumps.extend(target.map(|target| (jump, target)));
        if target.is_none() {
            let text =
                format!("jumps to {:?}, which is no step of this sequence; known: {}", jump.to, known.join(", "));
            faults.push(self.fault(Some(name), text));
        }
        if twice {
            faults.push(self.fault(Some(name), format!("declares the jump to {:?} twice", jump.to)));
        }
        if jump.at_most == 0 {
            faults.push(self.fault(Some(name), format!("jumps to {:?} at most 0 times; at least 1", jump.to)));
        }
    }
}
