//! Answers that a flow composes from parts: engines, and other flows, as branches that know their names and report
//! their own losses.

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
    degraded::Losses,
    part::{Failure, Part, received},
    turn::Turn,
};

/// The business type of a flow that composes an `R`.
#[derive(Debug)]
pub(crate) struct Composing<R>(PhantomData<fn() -> R>);

impl<R: Send + 'static> Business for Composing<R> {
    type Context<'r> = Whole<R>;
    type Error = Failure;
}

/// An answer under construction.
#[derive(Debug)]
pub(crate) struct Whole<R> {
    pub(crate) turn: Arc<Turn>,
    pub(crate) answer: R,
    /// Losses of its parts.
    losses: Losses,
}

/// Follows a flow from an empty answer to a full one.
pub(crate) async fn composed<R: Default + Send + 'static>(turn: &Arc<Turn>, flow: &Flow<Composing<R>>) -> Part<R> {
    let mut whole = Whole { turn: Arc::clone(turn), answer: R::default(), losses: Losses::default() };
    let outcome = turn.follow(flow, &mut whole).await;
    Part { outcome: outcome.map(|()| whole.answer), losses: whole.losses }
}

/// The program of a branch, with its name: an engine or a flow.
pub(crate) trait Program: Send + Sync + 'static {
    type Answer: Send + 'static;

    fn name(&self) -> &'static str;

    fn begin(&self, turn: &Arc<Turn>) -> BoxFuture<'static, Part<Self::Answer>>;
}

impl<S: LiveScene, A: Send + 'static> Program for Plan<S, A> {
    type Answer = A;

    fn name(&self) -> &'static str {
        self.engine()
    }

    fn begin(&self, turn: &Arc<Turn>) -> BoxFuture<'static, Part<A>> {
        let (turn, engine) = (Arc::clone(turn), turn.engine(&turn.request, self));
        Box::pin(async move { turn.part(engine.run().await) })
    }
}

impl<R: Default + Send + 'static> Program for Flow<Composing<R>> {
    type Answer = R;

    fn name(&self) -> &'static str {
        Self::name(self)
    }

    fn begin(&self, turn: &Arc<Turn>) -> BoxFuture<'static, Part<R>> {
        let (turn, flow) = (Arc::clone(turn), self.clone());
        Box::pin(async move { composed(&turn, &flow).await })
    }
}

/// The form in which the merge sees a part.
pub(crate) trait View<A>: 'static {
    type Seen: Send;

    /// Decides whether the part counts as failed.
    ///
    /// # Errors
    /// The failure.
    fn ended(part: Part<A>) -> Result<Part<A>, Failure>;

    /// The part in this form; its losses go to the whole. `None` only if the part is missing and needed.
    fn seen(part: Option<Part<A>>, whole: &mut Losses) -> Option<Self::Seen>;
}

/// The answer: without it there is none of the whole.
#[derive(Debug)]
pub(crate) struct Needed;

impl<A: Send> View<A> for Needed {
    type Seen = A;

    fn ended(part: Part<A>) -> Result<Part<A>, Failure> {
        match part.outcome {
            Ok(_) => Ok(part),
            Err(failure) => Err(failure),
        }
    }

    fn seen(part: Option<Part<A>>, whole: &mut Losses) -> Option<A> {
        part?.received(whole)
    }
}

/// The answer, if there is one. A business rule that ends the part leaves it out, which is not a failure – also where
/// configuration makes the branch strong.
#[derive(Debug)]
pub(crate) struct LeftOut;

impl<A: Send> View<A> for LeftOut {
    type Seen = Option<A>;

    fn ended(part: Part<A>) -> Result<Part<A>, Failure> {
        OrStopped::ended(part)
    }

    fn seen(part: Option<Part<A>>, whole: &mut Losses) -> Option<Option<A>> {
        Some(part.and_then(|part| part.received(whole)))
    }
}

/// The part as it is: the answer, or the business rule that ended it.
#[derive(Debug)]
pub(crate) struct OrStopped;

impl<A: Send> View<A> for OrStopped {
    type Seen = Part<A>;

    fn ended(part: Part<A>) -> Result<Part<A>, Failure> {
        match part.outcome {
            Err(failure) if !failure.is_stop() => Err(failure),
            outcome => Ok(Part { outcome, ..part }),
        }
    }

    fn seen(part: Option<Part<A>>, whole: &mut Losses) -> Option<Part<A>> {
        let part = part?;
        whole.merge(part.losses.clone());
        Some(part)
    }
}

/// A program as a branch.
#[derive(Debug)]
pub(crate) struct PartBranch<P, V> {
    program: P,
    view: PhantomData<fn() -> V>,
}

impl<R: Send + 'static, P: Program, V: View<P::Answer>> Branch<Composing<R>> for PartBranch<P, V> {
    type Work = Map<BoxFuture<'static, Self::Value>, fn(Self::Value) -> Result<Self::Value, Failure>>;
    type Value = Part<P::Answer>;
    type Error = Failure;
    type Seen = V::Seen;
    const MAY_BE_STRONG: bool = true;

    fn begin(&self, whole: &Whole<R>) -> Self::Work {
        self.program.begin(&whole.turn).map(V::ended)
    }

    fn seen(
        name: &'static str,
        outcome: BranchOutcome<Self::Value, Failure>,
        whole: &mut Whole<R>,
    ) -> Option<Self::Seen> {
        let part = received(outcome, name, &mut whole.losses);
        V::seen(part, &mut whole.losses)
    }

    fn fatal(failure: Failure) -> Option<Failure> {
        Some(failure)
    }
}

/// A fork of `R` with one more branch.
type With<R, Bs, P, V> = Fork<Composing<R>, <Bs as Push<PartBranch<P, V>>>::Out>;

/// Branches that are engines or flows. Each has the name of its program, under which operators configure it; its losses are
/// those of the whole.
pub(crate) trait Parts<R: Send + 'static, Bs>: Sized {
    /// Adds a program.
    fn part<P: Program + Clone, V: View<P::Answer>>(self, strength: Strength, program: &P) -> With<R, Bs, P, V>
    where
        Bs: Push<PartBranch<P, V>>;

    /// Adds an engine without which there is no answer.
    fn strong_engine<S: LiveScene, A: Send + 'static>(self, plan: &Plan<S, A>) -> With<R, Bs, Plan<S, A>, Needed>
    where
        Bs: Push<PartBranch<Plan<S, A>, Needed>>,
    {
        self.part(Strength::Strong, plan)
    }

    /// Adds an engine that the answer can do without.
    fn weak_engine<S: LiveScene, A: Send + 'static>(self, plan: &Plan<S, A>) -> With<R, Bs, Plan<S, A>, LeftOut>
    where
        Bs: Push<PartBranch<Plan<S, A>, LeftOut>>,
    {
        self.part(Strength::Weak, plan)
    }

    /// Adds a flow whose failure ends this one; a business rule that ends it does not.
    fn strong_flow<Q: Default + Send + 'static>(
        self,
        flow: &Flow<Composing<Q>>,
    ) -> With<R, Bs, Flow<Composing<Q>>, OrStopped>
    where
        Bs: Push<PartBranch<Flow<Composing<Q>>, OrStopped>>,
    {
        self.part(Strength::Strong, flow)
    }
}

impl<R: Send + 'static, Bs> Parts<R, Bs> for Fork<Composing<R>, Bs> {
    fn part<P: Program + Clone, V: View<P::Answer>>(self, strength: Strength, program: &P) -> With<R, Bs, P, V>
    where
        Bs: Push<PartBranch<P, V>>,
    {
        self.branch(program.name(), strength, PartBranch { program: program.clone(), view: PhantomData })
    }
}
