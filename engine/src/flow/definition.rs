//! The definition of a flow, and the check that reports all its faults.

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
    time::Duration,
};

use super::{
    BranchConf, Branches, Business, Flow, Fork, Join, Jump, Merge, Next, Step, Turn,
    fork::ForkingThen,
    shape::{Kind, Shape, StepShape},
    step::{Body, Instant, Waiting},
};
use crate::{Fault, Strength};

/// A flow under construction: its steps in order.
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

    /// Maximum duration of the flow; by default, only each run's own deadline applies.
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

    /// Adds a step that never waits. It needs no future, must not block, and runs even after the deadline.
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

    /// Adds concurrent branches and the merge of their outcomes, which it gets in declared order. The merge never
    /// waits and is not called if the fork ends the flow.
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

    /// Like [`Self::fork`], with a merge that may wait.
    #[must_use]
    pub fn fork_then<Bs, J: 'static, M>(self, name: &'static str, fork: Fork<K, Bs, J>, merge: M) -> Self
    where
        Bs: Branches<K>,
        M: for<'r> Merge<K::Context<'r>, Bs::Seen, K::Error>,
    {
        let (join, branches, body) = fork.into_parts(merge);
        self.push(name, Kind::Fork { join, branches }, ForkingThen(body))
    }

    /// The names of the branches of all forks, in declared order.
    pub fn branch_names(&self) -> impl Iterator<Item = &'static str> {
        self.shape.steps.iter().flat_map(StepShape::branches).map(|branch| branch.name)
    }

    /// Allows the step added last to jump.
    #[must_use]
    pub fn may_jump(mut self, jump: Jump) -> Self {
        self.jumps.push((self.shape.steps.len().saturating_sub(1), jump));
        self
    }

    /// Checks the definition and freezes it, without configuration.
    ///
    /// # Errors
    /// See [`Self::build_with`].
    pub fn build(self) -> Result<Flow<K>, Vec<Fault>> {
        self.build_with(&BTreeMap::new())
    }

    /// Checks the definition and freezes it, with the configuration of its branches by name.
    ///
    /// # Errors
    /// All faults: no steps, an empty or duplicate name, a jump to an unknown step, a bound or timeout of zero, a branch's
    /// timeout above the flow's, a quorum of zero or above the number of branches, a condition on a strong branch;
    /// configuration for an unknown branch, a strong branch that is switched off or made weak, a branch made strong whose
    /// error is not one of the flow.
    pub fn build_with(mut self, conf: &BTreeMap<String, BranchConf>) -> Result<Flow<K>, Vec<Fault>> {
        let mut faults = Vec::new();
        self.check_names(&mut faults);
        self.check_times(&mut faults);
        self.check_forks(&mut faults);
        self.check_conditions(&mut faults);
        self.configure(conf, &mut faults);
        for (place, jump) in std::mem::take(&mut self.jumps) {
            self.resolve(place, jump, &mut faults);
        }
        if faults.is_empty() {
            Ok(Flow { shape: Arc::new(self.shape), bodies: self.bodies.into() })
        } else {
            Err(faults)
        }
    }

    fn push(mut self, name: &'static str, kind: Kind, body: impl Body<K> + 'static) -> Self {
        self.shape.steps.push(StepShape { name, kind, jumps: Vec::new() });
        self.bodies.push(Box::new(body));
        self
    }

    fn fault(&self, at: Option<&str>, text: String) -> Fault {
        Fault { engine: self.shape.flow.to_owned(), task: at.map(str::to_owned), field: None, text }
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
            // if the number is known only at run time, a quorum that is too large is never met
            let most = if step.each() { usize::MAX } else { branches.len() };
            if let Join::Quorum(wanted) = *join
                && !(1..=most).contains(&wanted)
            {
                let text = format!("quorum must be 1 to its {} branches, found {wanted}", branches.len());
                faults.push(self.fault(Some(step.name), text));
            }
        }
    }

    /// Checks the registered strength: a branch that configuration makes strong may have a condition.
    fn check_conditions(&self, faults: &mut Vec<Fault>) {
        for branch in self.shape.steps.iter().flat_map(StepShape::branches).filter(|branch| branch.conditional) {
            if branch.each {
                let text = "has a condition: a fork of each makes fewer branches instead".into();
                faults.push(self.fault(Some(branch.name), text));
            } else if branch.strength == Strength::Strong {
                let text = "is strong and cannot have a condition: the merge needs its value".into();
                faults.push(self.fault(Some(branch.name), text));
            }
        }
    }

    fn configure(&mut self, conf: &BTreeMap<String, BranchConf>, faults: &mut Vec<Fault>) {
        for name in conf.keys().filter(|name| self.branch_names().all(|known| known != name.as_str())) {
            let known = self.branch_names().collect::<Vec<_>>().join(", ");
            faults.push(self.fault(Some(name), format!("is not a branch of this flow; known: {known}")));
        }
        let flow = self.shape.flow;
        for (step, body) in self.shape.steps.iter_mut().zip(&mut self.bodies) {
            let Kind::Fork { branches, .. } = &mut step.kind else { continue };
            for branch in branches.iter_mut() {
                let Some(said) = conf.get(branch.name) else { continue };
                faults.extend(branch.configure(said).into_iter().map(|(field, text)| Fault {
                    engine: flow.to_owned(),
                    task: Some(branch.name.to_owned()),
                    field: Some(field),
                    text: text.to_owned(),
                }));
            }
            body.configure(branches);
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
                format!("jumps to {:?}, which is not a step of this sequence; known: {}", jump.to, known.join(", "));
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
