//! Branches: concurrent work, each with a context of its own.

use std::{
    future::Future,
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll},
};

use super::{
    BranchOutcome, Business,
    drive::{GivenUp, Running},
    outcome::Told,
    shape::{All, BranchShape, Race},
};
use crate::{Failure, NeedRun, Outcome, SkipReason, catch::catch};

/// A branch of a fork. [`super::Fork::strong`] and [`super::Fork::weak`] make one from a closure; an application that runs
/// engines or flows as branches defines types for them ([`super::Fork::branch`]), which decide what the merge sees.
pub trait Branch<K: Business>: Send + Sync + 'static {
    /// The work, which owns the branch's context.
    type Work: Future<Output = Result<Self::Value, Self::Error>> + Send;
    /// The result of the work.
    type Value: Send;
    /// The error of the work.
    type Error: std::fmt::Display + Send;
    /// The outcome as the merge sees it.
    type Seen: Send;

    /// Whether [`Self::fatal`] returns an error of the flow, so that configuration may make the branch strong.
    const MAY_BE_STRONG: bool;

    /// Derives the branch's own context from the flow's, and returns the work.
    fn begin(&self, cx: &K::Context<'_>) -> Self::Work;

    /// The outcome as the merge sees it; `None` if it should have ended the flow. May note in the flow's context what the
    /// branch lacks. Called before the merge, in declared order.
    fn seen(
        name: &'static str,
        outcome: BranchOutcome<Self::Value, Self::Error>,
        cx: &mut K::Context<'_>,
    ) -> Option<Self::Seen>;

    /// The error of the flow if the branch is strong and fails.
    fn fatal(error: Self::Error) -> Option<K::Error>;
}

/// A closure as a branch. `V` decides how the merge sees it.
pub struct Closure<F, Fut, V>(F, PhantomData<fn() -> (Fut, V)>);

impl<F, Fut, V> Closure<F, Fut, V> {
    pub(super) const fn new(begin: F) -> Self {
        Self(begin, PhantomData)
    }
}

impl<F, Fut, V> std::fmt::Debug for Closure<F, Fut, V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Closure")
    }
}

/// A branch whose failure ends the flow. `J` is the join of its fork.
#[derive(Debug)]
pub struct Strong<J>(PhantomData<fn() -> J>);

/// A branch whose failure does not end the flow.
#[derive(Debug)]
pub struct Weak;

/// The merge's view of a closure that returns a `T` or fails with an `X`.
pub trait View<K: Business, T, X>: 'static {
    /// The outcome as the merge sees it.
    type Seen: Send;
    /// Whether the closure's error converts into an error of the flow.
    const MAY_BE_STRONG: bool;

    /// The outcome as the merge sees it; `None` if it should have ended the flow.
    fn seen(outcome: BranchOutcome<T, X>) -> Option<Self::Seen>;

    /// The error of the flow.
    fn fatal(error: X) -> Option<K::Error>;
}

/// No branch is cancelled, so a strong branch always has a value.
impl<K: Business, T: Send, X: Into<K::Error>> View<K, T, X> for Strong<All> {
    type Seen = T;
    const MAY_BE_STRONG: bool = true;

    fn seen(outcome: BranchOutcome<T, X>) -> Option<T> {
        outcome.done()
    }

    fn fatal(error: X) -> Option<K::Error> {
        Some(error.into())
    }
}

/// The join may be met without this branch.
impl<K: Business, T: Send, X: Into<K::Error> + Send> View<K, T, X> for Strong<Race> {
    type Seen = BranchOutcome<T, X>;
    const MAY_BE_STRONG: bool = true;

    fn seen(outcome: BranchOutcome<T, X>) -> Option<Self::Seen> {
        Some(outcome)
    }

    fn fatal(error: X) -> Option<K::Error> {
        Some(error.into())
    }
}

impl<K: Business, T: Send, X: Send> View<K, T, X> for Weak {
    type Seen = BranchOutcome<T, X>;
    const MAY_BE_STRONG: bool = false;

    fn seen(outcome: BranchOutcome<T, X>) -> Option<Self::Seen> {
        Some(outcome)
    }

    fn fatal(_error: X) -> Option<K::Error> {
        None
    }
}

impl<K, F, Fut, T, X, V> Branch<K> for Closure<F, Fut, V>
where
    K: Business,
    F: for<'a, 'r> Fn(&'a K::Context<'r>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<T, X>> + Send + 'static,
    T: Send + 'static,
    X: std::fmt::Display + Send + 'static,
    V: View<K, T, X>,
{
    type Work = Fut;
    type Value = T;
    type Error = X;
    type Seen = V::Seen;
    const MAY_BE_STRONG: bool = V::MAY_BE_STRONG;

    fn begin(&self, cx: &K::Context<'_>) -> Fut {
        (self.0)(cx)
    }

    fn seen(_name: &'static str, outcome: BranchOutcome<T, X>, _cx: &mut K::Context<'_>) -> Option<V::Seen> {
        V::seen(outcome)
    }

    fn fatal(error: X) -> Option<K::Error> {
        V::fatal(error)
    }
}

/// Whether a branch has anything to do.
pub(super) type Condition<K> = Box<dyn for<'a, 'r> Fn(&'a <K as Business>::Context<'r>) -> NeedRun + Send + Sync>;

/// A branch that has begun: it has work, or ended at once.
#[derive(Debug)]
pub struct Begun<Fut, T, X> {
    pub(super) work: Option<Fut>,
    pub(super) outcome: Option<BranchOutcome<T, X>>,
}

/// Checks whether the branch is needed and starts its work.
pub(super) fn begin<K: Business, B: Branch<K>>(
    branch: &B,
    shape: &BranchShape,
    condition: Option<&Condition<K>>,
    cx: &K::Context<'_>,
) -> Begun<B::Work, B::Value, B::Error> {
    if !shape.enabled {
        return Begun { work: None, outcome: Some(BranchOutcome::Skipped(SkipReason::SwitchedOff)) };
    }
    let begun = catch(shape.name, || match condition.map_or(NeedRun::Run, |condition| condition(cx)) {
        NeedRun::Run => Ok(branch.begin(cx)),
        NeedRun::Skip(why) => Err(why),
    });
    match begun {
        Ok(Ok(work)) => Begun { work: Some(work), outcome: None },
        Ok(Err(why)) => Begun { work: None, outcome: Some(BranchOutcome::Skipped(SkipReason::NotNeeded(why))) },
        Err(_) => Begun { work: None, outcome: Some(BranchOutcome::Failed(Failure::Panicked)) },
    }
}

/// A branch that is running or has ended.
pub(super) struct Live<'p, K: Business, B: Branch<K>> {
    pub(super) name: &'static str,
    pub(super) work: Pin<&'p mut Option<B::Work>>,
    pub(super) outcome: Option<BranchOutcome<B::Value, B::Error>>,
}

impl<K: Business, B: Branch<K>> Live<'_, K, B> {
    /// The outcome as the merge sees it; also `None` if creating it panics.
    pub(super) fn seen(&mut self, cx: &mut K::Context<'_>) -> Option<B::Seen> {
        let outcome = self.outcome.take()?;
        catch(self.name, || B::seen(self.name, outcome, cx)).ok().flatten()
    }
}

impl<K: Business, B: Branch<K>> Running<K::Error> for Live<'_, K, B> {
    fn is_live(&self) -> bool {
        self.outcome.is_none()
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> bool {
        let Some(work) = self.work.as_mut().as_pin_mut() else { return false };
        self.outcome = Some(match catch(self.name, || work.poll(cx)) {
            Ok(Poll::Pending) => return false,
            Ok(Poll::Ready(Ok(value))) => BranchOutcome::Done(value),
            Ok(Poll::Ready(Err(error))) => BranchOutcome::Failed(Failure::Error(error)),
            Err(_) => BranchOutcome::Failed(Failure::Panicked),
        });
        true
    }

    fn give_up(&mut self, why: GivenUp) {
        self.outcome.get_or_insert(match why {
            GivenUp::TimedOut => BranchOutcome::Failed(Failure::TimedOut),
            GivenUp::Cancelled => BranchOutcome::Cancelled,
        });
    }

    fn drop_work(&mut self) {
        self.work.set(None);
    }

    fn told(&self) -> Told {
        let told = catch(self.name, || self.outcome.as_ref().map(BranchOutcome::told));
        // an error whose Display panics counts as a panic
        told.unwrap_or(None).unwrap_or(Outcome::Failed(Failure::Panicked))
    }

    fn take_error(&mut self) -> Option<K::Error> {
        // leave an outcome behind: a branch without one would count as running
        match self.outcome.replace(BranchOutcome::Cancelled) {
            Some(BranchOutcome::Failed(Failure::Error(error))) => catch(self.name, || B::fatal(error)).ok().flatten(),
            outcome => {
                self.outcome = outcome;
                None
            }
        }
    }
}
