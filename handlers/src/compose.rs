//! Answers that a flow composes from those of engines and other flows, which are its branches: they know their names
//! and report their own losses.

use std::{marker::PhantomData, sync::Arc};

use futures_util::{
    FutureExt as _,
    future::{BoxFuture, Map},
};
use live_pack_engine::{
    Plan, Strength,
    flow::{Branch, BranchOutcome, Business, Flow, Fork, Push},
};
use live_pack_entities::scene::LiveScene;

use crate::{
    active_call::ActiveCall,
    degraded::Losses,
    with_losses::{Failure, WithLosses, received},
};

/// The business type of a flow that composes an `R`.
#[derive(Debug)]
pub(crate) struct Composing<R>(PhantomData<fn() -> R>);

impl<R: Send + 'static> Business for Composing<R> {
    type Context<'r> = Draft<R>;
    type Error = Failure;
}

/// An answer under construction.
#[derive(Debug)]
pub(crate) struct Draft<R> {
    pub(crate) call: Arc<ActiveCall>,
    pub(crate) answer: R,
    /// Losses of all branches.
    losses: Losses,
}

/// Runs a flow, starting from an empty answer.
pub(crate) async fn composed<R: Default + Send + 'static>(
    call: &Arc<ActiveCall>,
    flow: &Flow<Composing<R>>,
) -> WithLosses<R> {
    let mut draft = Draft { call: Arc::clone(call), answer: R::default(), losses: Losses::default() };
    let outcome = call.follow(flow, &mut draft).await;
    WithLosses { outcome: outcome.map(|()| draft.answer), losses: draft.losses }
}

/// An engine or a flow that a branch runs, with its name.
pub(crate) trait Program: Send + Sync + 'static {
    type Answer: Send + 'static;

    fn name(&self) -> &'static str;

    fn begin(&self, call: &Arc<ActiveCall>) -> BoxFuture<'static, WithLosses<Self::Answer>>;
}

impl<S: LiveScene, A: Send + 'static> Program for Plan<S, A> {
    type Answer = A;

    fn name(&self) -> &'static str {
        self.engine()
    }

    fn begin(&self, call: &Arc<ActiveCall>) -> BoxFuture<'static, WithLosses<A>> {
        let (call, engine) = (Arc::clone(call), call.engine(&call.request, self));
        Box::pin(async move { call.result(engine.run().await) })
    }
}

/// The engine that builds the page of a request. The engine of the pinned card reuses its uncached calls about the viewer.
#[derive(Debug)]
pub(crate) struct MakesThePage<S: LiveScene, A>(Plan<S, A>);

impl<S: LiveScene, A> Clone for MakesThePage<S, A> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<S: LiveScene, A: Send + 'static> Program for MakesThePage<S, A> {
    type Answer = A;

    fn name(&self) -> &'static str {
        Program::name(&self.0)
    }

    fn begin(&self, call: &Arc<ActiveCall>) -> BoxFuture<'static, WithLosses<A>> {
        let (call, engine) = (Arc::clone(call), call.engine(&call.request, &self.0));
        // a guest's answers come from caches, so there is no need to wait for the page
        if !call.request.viewer.is_guest() {
            call.request.page_ids.expect();
        }
        Box::pin(async move {
            let finished = engine.run().await;
            call.request.page_ids.close();
            call.result(finished)
        })
    }
}

impl<R: Default + Send + 'static> Program for Flow<Composing<R>> {
    type Answer = R;

    fn name(&self) -> &'static str {
        Self::name(self)
    }

    fn begin(&self, call: &Arc<ActiveCall>) -> BoxFuture<'static, WithLosses<R>> {
        let (call, flow) = (Arc::clone(call), self.clone());
        Box::pin(async move { composed(&call, &flow).await })
    }
}

/// The merge's view of the result of a branch.
pub(crate) trait View<A>: 'static {
    type Seen: Send;

    /// Decides whether the branch counts as failed.
    ///
    /// # Errors
    /// The failure.
    fn ended(result: WithLosses<A>) -> Result<WithLosses<A>, Failure>;

    /// The result as the merge sees it; its losses are added to `whole`. `None` only if a needed result is missing.
    fn seen(result: Option<WithLosses<A>>, whole: &mut Losses) -> Option<Self::Seen>;
}

/// The answer; without it the flow has no answer.
#[derive(Debug)]
pub(crate) struct Needed;

impl<A: Send> View<A> for Needed {
    type Seen = A;

    fn ended(result: WithLosses<A>) -> Result<WithLosses<A>, Failure> {
        match result.outcome {
            Ok(_) => Ok(result),
            Err(failure) => Err(failure),
        }
    }

    fn seen(result: Option<WithLosses<A>>, whole: &mut Losses) -> Option<A> {
        result?.received(whole)
    }
}

/// The answer, if there is one. A business rule that ends the branch leaves it out, which is not a failure, even if
/// configuration makes the branch strong.
#[derive(Debug)]
pub(crate) struct LeftOut;

impl<A: Send> View<A> for LeftOut {
    type Seen = Option<A>;

    fn ended(result: WithLosses<A>) -> Result<WithLosses<A>, Failure> {
        OrStopped::ended(result)
    }

    fn seen(result: Option<WithLosses<A>>, whole: &mut Losses) -> Option<Option<A>> {
        Some(result.and_then(|result| result.received(whole)))
    }
}

/// The unchanged result: the answer, or the business rule that ended it.
#[derive(Debug)]
pub(crate) struct OrStopped;

impl<A: Send> View<A> for OrStopped {
    type Seen = WithLosses<A>;

    fn ended(result: WithLosses<A>) -> Result<WithLosses<A>, Failure> {
        match result.outcome {
            Err(failure) if !failure.is_stop() => Err(failure),
            outcome => Ok(WithLosses { outcome, ..result }),
        }
    }

    fn seen(result: Option<WithLosses<A>>, whole: &mut Losses) -> Option<WithLosses<A>> {
        let result = result?;
        whole.merge(result.losses.clone());
        Some(result)
    }
}

/// An engine or a flow as a branch.
#[derive(Debug)]
pub(crate) struct ProgramBranch<P, V> {
    program: P,
    view: PhantomData<fn() -> V>,
}

impl<R: Send + 'static, P: Program, V: View<P::Answer>> Branch<Composing<R>> for ProgramBranch<P, V> {
    type Work = Map<BoxFuture<'static, Self::Value>, fn(Self::Value) -> Result<Self::Value, Failure>>;
    type Value = WithLosses<P::Answer>;
    type Error = Failure;
    type Seen = V::Seen;
    const MAY_BE_STRONG: bool = true;

    fn begin(&self, draft: &Draft<R>) -> Self::Work {
        self.program.begin(&draft.call).map(V::ended)
    }

    fn seen(
        name: &'static str,
        outcome: BranchOutcome<Self::Value, Failure>,
        draft: &mut Draft<R>,
    ) -> Option<Self::Seen> {
        let result = received(outcome, name, &mut draft.losses);
        V::seen(result, &mut draft.losses)
    }

    fn fatal(failure: Failure) -> Option<Failure> {
        Some(failure)
    }
}

/// A fork of `R` with one more branch.
type With<R, Bs, P, V> = Fork<Composing<R>, <Bs as Push<ProgramBranch<P, V>>>::Out>;

/// Branches that are engines or flows. Each has the name of its engine or flow, under which operators configure it.
pub(crate) trait ProgramBranches<R: Send + 'static, Bs>: Sized {
    /// Adds an engine or a flow.
    fn program<P: Program + Clone, V: View<P::Answer>>(self, strength: Strength, program: &P) -> With<R, Bs, P, V>
    where
        Bs: Push<ProgramBranch<P, V>>;

    /// Adds an engine whose answer is required.
    fn strong_engine<S: LiveScene, A: Send + 'static>(self, plan: &Plan<S, A>) -> With<R, Bs, Plan<S, A>, Needed>
    where
        Bs: Push<ProgramBranch<Plan<S, A>, Needed>>,
    {
        self.program(Strength::Strong, plan)
    }

    /// Adds the engine that builds the page, whose answer is required.
    fn page_engine<S: LiveScene, A: Send + 'static>(self, plan: &Plan<S, A>) -> With<R, Bs, MakesThePage<S, A>, Needed>
    where
        Bs: Push<ProgramBranch<MakesThePage<S, A>, Needed>>,
    {
        self.program(Strength::Strong, &MakesThePage(plan.clone()))
    }

    /// Adds an engine whose answer is optional.
    fn weak_engine<S: LiveScene, A: Send + 'static>(self, plan: &Plan<S, A>) -> With<R, Bs, Plan<S, A>, LeftOut>
    where
        Bs: Push<ProgramBranch<Plan<S, A>, LeftOut>>,
    {
        self.program(Strength::Weak, plan)
    }

    /// Adds a flow whose failure ends this one; a business rule that ends it does not.
    fn strong_flow<Q: Default + Send + 'static>(
        self,
        flow: &Flow<Composing<Q>>,
    ) -> With<R, Bs, Flow<Composing<Q>>, OrStopped>
    where
        Bs: Push<ProgramBranch<Flow<Composing<Q>>, OrStopped>>,
    {
        self.program(Strength::Strong, flow)
    }
}

impl<R: Send + 'static, Bs> ProgramBranches<R, Bs> for Fork<Composing<R>, Bs> {
    fn program<P: Program + Clone, V: View<P::Answer>>(self, strength: Strength, program: &P) -> With<R, Bs, P, V>
    where
        Bs: Push<ProgramBranch<P, V>>,
    {
        self.branch(program.name(), strength, ProgramBranch { program: program.clone(), view: PhantomData })
    }
}
