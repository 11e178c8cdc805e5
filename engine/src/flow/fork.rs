//! Forks: concurrent branches, and the step that merges them.

use std::{future::Future, marker::PhantomData, sync::Arc, time::Duration};

use super::{
    Branch, Branches, Business, FlowError, FlowErrorOf, Join, Next, Push, Turn,
    alarm::Alarm,
    branch::{Closure, Condition, Strong, Weak},
    drive::ForkRun,
    each::Each,
    shape::{All, BranchShape, Race},
    step::{Begun, Body, waited},
    tuple::{self, Conditions},
};
use crate::{NeedRun, Origins, Strength, catch::catch};

/// Concurrent branches. Each derives its own context from the flow's when the fork begins, and owns it: nothing else could
/// use a borrowed context in the meantime.
///
/// The merge gets a plain value for a strong branch of [`Fork::all`], since it is called only if there is one, and a
/// [`super::BranchOutcome`] for any other branch.
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
    /// Waits for all branches.
    #[must_use]
    pub const fn all() -> Self {
        Self::joining(Join::All)
    }

    /// Waits for the first branch that is done; if several are, for the first declared.
    #[must_use]
    pub const fn first() -> Fork<K, (), Race> {
        Fork::joining(Join::First)
    }

    /// Waits for `wanted` branches to be done. At least 1, at most the number of branches.
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

impl<K: Business, J> Fork<K, (), J> {
    /// Adds branches whose number is known only at run time: one for each element that `make` returns, with a label
    /// for the record. Their failures are left to the merge, which gets them in the order of `make`. A fork of these
    /// has no other branches.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use live_pack_engine::flow::{Business, Flow, Fork, Next};
    /// # struct Recall;
    /// # impl Business for Recall { type Context<'r> = Found; type Error = std::fmt::Error; }
    /// struct Found { sources: Vec<Arc<str>>, items: Vec<String> }
    ///
    /// async fn ask(source: Arc<str>) -> Result<String, std::fmt::Error> {
    ///     Ok(format!("an item of {source}"))
    /// }
    ///
    /// let sources = Fork::<Recall>::all().each("source", |found: &Found| {
    ///     found.sources.iter().map(|source| (Arc::clone(source), ask(Arc::clone(source)))).collect()
    /// });
    /// let flow = Flow::<Recall>::define("Recall").fork("recall", sources, |found, answers, _turn| {
    ///     found.items.extend(answers.into_iter().filter_map(|(_source, answer)| answer.done()));
    ///     Ok(Next::Finish)
    /// });
    /// # tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(async {
    /// # let mut found = Found { sources: vec!["trending".into(), "similar".into()], items: vec![] };
    /// # let until = tokio::time::Instant::now() + std::time::Duration::from_secs(1);
    /// # assert!(flow.build().unwrap().run(&mut found, until).await.0.is_ok());
    /// # assert_eq!(found.items, ["an item of trending", "an item of similar"]);
    /// # });
    /// ```
    #[must_use]
    pub fn each<F, Fut, T, X>(self, name: &'static str, make: F) -> Fork<K, Each<F, Fut, Weak>, J>
    where
        F: for<'a, 'r> Fn(&'a K::Context<'r>) -> Vec<(Arc<str>, Fut)> + Send + Sync + 'static,
        Fut: Future<Output = Result<T, X>> + Send + 'static,
    {
        self.of_each(name, Strength::Weak, make)
    }

    /// Like [`Self::each`], but the failure of any of them ends the flow.
    #[must_use]
    pub fn each_strong<F, Fut, T, X>(self, name: &'static str, make: F) -> Fork<K, Each<F, Fut, Strong<J>>, J>
    where
        F: for<'a, 'r> Fn(&'a K::Context<'r>) -> Vec<(Arc<str>, Fut)> + Send + Sync + 'static,
        Fut: Future<Output = Result<T, X>> + Send + 'static,
        X: Into<K::Error>,
    {
        self.of_each(name, Strength::Strong, make)
    }

    fn of_each<F, Fut, V>(self, name: &'static str, strength: Strength, make: F) -> Fork<K, Each<F, Fut, V>, J> {
        let shape = BranchShape { each: true, ..shape(name, strength, strength == Strength::Strong) };
        let Self { join, joins, .. } = self;
        Fork { branches: Each::new(make), shapes: vec![shape], conditions: vec![None], join, joins }
    }
}

impl<K: Business, Bs, J> Fork<K, Bs, J> {
    /// Adds a branch whose failure ends the flow. `begin` derives the branch's own context from the flow's (a clone or a part
    /// that it takes) and returns its work.
    #[must_use]
    pub fn strong<F, Fut, T, X>(self, name: &'static str, begin: F) -> Fork<K, Bs::Out, J>
    where
        Bs: Push<Closure<F, Fut, Strong<J>>>,
        F: for<'a, 'r> Fn(&'a K::Context<'r>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<T, X>> + Send + 'static,
        X: Into<K::Error>,
    {
        self.push(shape(name, Strength::Strong, true), Closure::new(begin))
    }

    /// Adds a branch whose failure is left to the merge.
    #[must_use]
    pub fn weak<F, Fut, T, X>(self, name: &'static str, begin: F) -> Fork<K, Bs::Out, J>
    where
        Bs: Push<Closure<F, Fut, Weak>>,
        F: for<'a, 'r> Fn(&'a K::Context<'r>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<T, X>> + Send + 'static,
    {
        self.push(shape(name, Strength::Weak, false), Closure::new(begin))
    }

    /// Adds a branch with a type of its own, such as an engine or another flow.
    #[must_use]
    pub fn branch<B>(self, name: &'static str, strength: Strength, branch: B) -> Fork<K, Bs::Out, J>
    where
        B: Branch<K>,
        Bs: Push<B>,
    {
        self.push(shape(name, strength, B::MAY_BE_STRONG), branch)
    }

    /// Maximum duration of the branch added last; above zero.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        if let Some(last) = self.shapes.last_mut() {
            last.timeout = Some(timeout);
        }
        self
    }

    /// Sets a condition on the branch added last: it is skipped, with a reason, unless it is needed in this request. Only
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

    fn push<B>(mut self, shape: BranchShape, branch: B) -> Fork<K, Bs::Out, J>
    where
        Bs: Push<B>,
    {
        self.shapes.push(shape);
        self.conditions.push(None);
        let Self { branches, shapes, conditions, join, joins } = self;
        Fork { branches: branches.push(branch), shapes, conditions, join, joins }
    }

    pub(super) fn into_parts<M>(self, merge: M) -> (Join, Vec<BranchShape>, Forking<K, Bs, M>) {
        let Self { branches, shapes, conditions, join, .. } = self;
        let conditions = Conditions(shapes.iter().cloned().zip(conditions).collect());
        (join, shapes.clone(), Forking { branches, shapes, conditions, join, merge })
    }
}

const fn shape(name: &'static str, strength: Strength, may_be_strong: bool) -> BranchShape {
    BranchShape {
        name,
        strength,
        may_be_strong,
        enabled: true,
        timeout: None,
        conditional: false,
        each: false,
        origins: Origins::new(),
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

impl<K: Business, Bs: Branches<K>, M> Forking<K, Bs, M> {
    fn configured(&mut self, shapes: &[BranchShape]) {
        self.shapes = shapes.to_vec();
        for ((known, _), shape) in self.conditions.0.iter_mut().zip(shapes) {
            known.clone_from(shape);
        }
    }

    /// Runs the branches until they join.
    async fn join(
        &self,
        begun: Bs::Begun,
        turn: &mut Turn<'_>,
        alarm: Alarm<'_>,
        cx: &mut K::Context<'_>,
    ) -> Result<Bs::Seen, FlowErrorOf<K>> {
        let fork = ForkRun {
            at: turn.step(),
            join: self.join,
            shapes: &self.shapes,
            line: turn.line + 1,
            began: turn.log.now(),
            deadline: turn.deadline(),
            log: &mut *turn.log,
            alarm,
        };
        Bs::run(begun, tuple::Fork(fork), cx).await
    }
}

impl<K, Bs, M> Body<K> for Forking<K, Bs, M>
where
    K: Business,
    Bs: Branches<K>,
    M: for<'a, 'r, 't, 'l> Fn(&'a mut K::Context<'r>, Bs::Seen, &'t mut Turn<'l>) -> Result<Next, K::Error>
        + Send
        + Sync,
{
    fn configure(&mut self, shapes: &[BranchShape]) {
        self.configured(shapes);
    }

    fn begin<'a, 'r: 'a>(&'a self, cx: &'a mut K::Context<'r>, turn: Turn<'a>, alarm: Alarm<'a>) -> Begun<'a, K> {
        let at = turn.step();
        if turn.remaining().is_zero() {
            return Begun::Ended(Err(FlowError::Timeout { waiting_for: at }));
        }
        let begun = self.branches.begin(&self.conditions, cx);
        Begun::Waits(Box::pin(async move {
            let mut turn = turn;
            let seen = self.join(begun, &mut turn, alarm, cx).await?;
            match catch(at, || (self.merge)(cx, seen, &mut turn)) {
                Ok(next) => next.map_err(|error| FlowError::Failed { at, error }),
                Err(_) => Err(FlowError::Panicked { at }),
            }
        }))
    }
}

/// A merge that may wait: [`super::FlowDefinition::fork_then`].
///
/// `C` is the business context, `B` the outcomes of the branches, `E` the error of the flow. For a context that borrows, it
/// is `impl<'r> Merge<Page<'r>, B, E>`.
pub trait Merge<C, B, E>: Send + Sync + 'static {
    /// Merges the outcomes of the branches. May be dropped at any await, which leaves the context in its state at that point.
    /// After the flow's deadline it is polled once.
    ///
    /// # Errors
    /// The failure, which ends the flow.
    fn merge(&self, cx: &mut C, branches: B, turn: &mut Turn<'_>) -> impl Future<Output = Result<Next, E>> + Send;
}

/// A fork with a merge that may wait, as a body.
pub(super) struct ForkingThen<K: Business, Bs, M>(pub(super) Forking<K, Bs, M>);

impl<K, Bs, M> Body<K> for ForkingThen<K, Bs, M>
where
    K: Business,
    Bs: Branches<K>,
    M: for<'r> Merge<K::Context<'r>, Bs::Seen, K::Error>,
{
    fn configure(&mut self, shapes: &[BranchShape]) {
        self.0.configured(shapes);
    }

    fn begin<'a, 'r: 'a>(
        &'a self,
        cx: &'a mut K::Context<'r>,
        mut turn: Turn<'a>,
        mut alarm: Alarm<'a>,
    ) -> Begun<'a, K> {
        let at = turn.step();
        if turn.remaining().is_zero() {
            return Begun::Ended(Err(FlowError::Timeout { waiting_for: at }));
        }
        let begun = self.0.branches.begin(&self.0.conditions, cx);
        Begun::Waits(Box::pin(async move {
            let seen = self.0.join(begun, &mut turn, alarm.reborrow(), cx).await?;
            let deadline = turn.deadline();
            waited(at, deadline, alarm, self.0.merge.merge(cx, seen, &mut turn)).await
        }))
    }
}
