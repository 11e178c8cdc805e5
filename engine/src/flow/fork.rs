//! Forks: concurrent branches, and the step that merges them.

use std::{marker::PhantomData, time::Duration};

use super::{
    Branches, Business, FlowError, Join, Next, Push, Turn,
    alarm::Alarm,
    branch::{Condition, Strong, Weak},
    drive::ForkRun,
    shape::BranchShape,
    step::{Begun, Body},
    tuple::{self, Conditions},
};
use crate::{NeedRun, Strength, catch::catch};

/// Joins a fork on all of its branches.
#[derive(Debug)]
pub struct All;

/// Joins a fork on some of its branches; the others are cancelled.
#[derive(Debug)]
pub struct Race;

/// Concurrent branches. Each derives its own context from the flow's when the fork begins, and owns it: a borrowed
/// context could not be used by anything else meanwhile.
///
/// The merge gets a value for a strong branch of [`Fork::all`], because it is not called without one, and a
/// [`super::BranchOutcome`] for every other.
pub struct Fork<K: Business, Bs = (), J = All> {
    branches: Bs,
    shapes: Vec<BranchShape>,
    conditions: Vec<Option<Condition<K>>>,
    join: Join,
    joins: PhantomData<fn() -> J>,
}

impl<K: Business, Bs, J> std::fmt::Debug for Fork<K, Bs, J> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fork").field("join", &self.join).field("branches", &self.shapes).finish_non_exhaustive()
    }
}

impl<K: Business> Fork<K> {
    /// Waits for every branch.
    #[must_use]
    pub const fn all() -> Self {
        Self::joining(Join::All)
    }

    /// Waits for the first branch that is done; of several at once, for the first declared.
    #[must_use]
    pub const fn first() -> Fork<K, (), Race> {
        Fork::joining(Join::First)
    }

    /// Waits for `wanted` branches that are done. At least 1, at most the number of branches.
    #[must_use]
    pub const fn quorum(wanted: usize) -> Fork<K, (), Race> {
        Fork::joining(Join::Quorum(wanted))
    }
}

impl<K: Business, J> Fork<K, (), J> {
    const fn joining(join: Join) -> Self {
        Self { branches: (), shapes: Vec::new(), conditions: Vec::new(), join, joins: PhantomData }
    }
}

impl<K: Business, Bs, J> Fork<K, Bs, J> {
    /// Adds a branch whose failure ends the flow. `begin` derives the branch's own context from the flow's – a clone,
    /// or a part that it takes – and returns its work.
    #[must_use]
    pub fn strong<F, Fut, T, X>(self, name: &'static str, begin: F) -> Fork<K, Bs::Out, J>
    where
        Bs: Push<Strong<F, Fut, J>>,
        F: for<'a, 'r> Fn(&'a K::Context<'r>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<T, X>> + Send + 'static,
        X: Into<K::Error>,
    {
        self.push(name, Strength::Strong, Strong(begin, PhantomData))
    }

    /// Adds a branch whose failure is left to the merge.
    #[must_use]
    pub fn weak<F, Fut, T, X>(self, name: &'static str, begin: F) -> Fork<K, Bs::Out, J>
    where
        Bs: Push<Weak<F, Fut>>,
        F: for<'a, 'r> Fn(&'a K::Context<'r>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<T, X>> + Send + 'static,
    {
        self.push(name, Strength::Weak, Weak(begin, PhantomData))
    }

    /// Maximum duration of the branch added last; above zero.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        if let Some(last) = self.shapes.last_mut() {
            last.timeout = Some(timeout);
        }
        self
    }

    /// Whether the branch added last has anything to do in this request; if not, it is skipped, with the reason. Only
    /// for weak branches: the merge requires the value of a strong one.
    #[must_use]
    pub fn need_run(
        mut self,
        needed: impl for<'a, 'r> Fn(&'a K::Context<'r>) -> NeedRun + Send + Sync + 'static,
    ) -> Self {
        if let (Some(shape), Some(condition)) = (self.shapes.last_mut(), self.conditions.last_mut()) {
            shape.conditional = true;
            *condition = Some(Box::new(needed));
        }
        self
    }

    fn push<B>(mut self, name: &'static str, strength: Strength, branch: B) -> Fork<K, Bs::Out, J>
    where
        Bs: Push<B>,
    {
        self.shapes.push(BranchShape { name, strength, timeout: None, conditional: false });
        self.conditions.push(None);
        let Self { branches, shapes, conditions, join, joins } = self;
        Fork { branches: branches.push(branch), shapes, conditions, join, joins }
    }

    pub(super) fn into_parts<M>(self, merge: M) -> (Join, Vec<BranchShape>, Forking<K, Bs, M>) {
        let Self { branches, shapes, conditions, join, .. } = self;
        let conditions = Conditions(shapes.iter().map(|shape| shape.name).zip(conditions).collect());
        (join, shapes.clone(), Forking { branches, shapes, conditions, join, merge })
    }
}

/// A fork and its merge, as a body.
pub(super) struct Forking<K: Business, Bs, M> {
    branches: Bs,
    shapes: Vec<BranchShape>,
    conditions: Conditions<K>,
    join: Join,
    merge: M,
}

impl<K, Bs, M> Body<K> for Forking<K, Bs, M>
where
    K: Business,
    Bs: Branches<K>,
    M: for<'a, 'r, 't, 'l> Fn(&'a mut K::Context<'r>, Bs::Seen, &'t mut Turn<'l>) -> Result<Next, K::Error>
        + Send
        + Sync,
{
    fn begin<'a, 'r: 'a>(&'a self, cx: &'a mut K::Context<'r>, turn: Turn<'a>, alarm: Alarm<'a>) -> Begun<'a, K> {
        let at = turn.step();
        if turn.remaining().is_zero() {
            return Begun::Ended(Err(FlowError::Timeout { waiting_for: at }));
        }
        let begun = self.branches.begin(&self.conditions, cx);
        Begun::Waits(Box::pin(async move {
            let mut turn = turn;
            let fork = ForkRun {
                at,
                join: self.join,
                shapes: &self.shapes,
                line: turn.line + 1,
                began: turn.log.now(),
                deadline: turn.deadline(),
                log: &mut *turn.log,
                alarm,
            };
            let seen = Bs::run(begun, tuple::Fork(fork)).await?;
            match catch(at, || (self.merge)(cx, seen, &mut turn)) {
                Ok(next) => next.map_err(|error| FlowError::Failed { at, error }),
                Err(_) => Err(FlowError::Panicked { at }),
            }
        }))
    }
}
