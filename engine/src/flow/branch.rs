//! Branches: what runs beside what, each with a context of its own.

use std::{
    future::Future,
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll},
};

use super::{
    BranchOutcome, Business,
    drive::{GivenUp, Running},
    fork::{All, Race},
    outcome::Told,
};
use crate::{Failure, NeedRun, Outcome, SkipReason, catch::catch};

/// A branch of a fork: [`super::Fork::strong`] and [`super::Fork::weak`] make them from closures.
pub trait Branch<K: Business>: Send + Sync + 'static {
    /// Its work, which owns all it needs: its own context.
    type Work: Future<Output = Result<Self::Value, Self::Error>> + Send;
    /// What it leaves.
    type Value: Send;
    /// What it fails with.
    type Error: std::fmt::Display + Send;
    /// What the merge sees of it.
    type Seen: Send;

    /// Makes the branch's own context of the flow's, and with it its work.
    fn begin(&self, cx: &K::Context<'_>) -> Self::Work;

    /// What the merge sees; `None` where the flow would have ended.
    fn seen(outcome: BranchOutcome<Self::Value, Self::Error>) -> Option<Self::Seen>;

    /// What its failure means for the flow; `None`: nothing.
    fn fatal(error: Self::Error) -> Option<K::Error>;
}

/// A branch without which the flow ends. `J` is how its fork joins.
pub struct Strong<F, Fut, J>(pub(super) F, pub(super) PhantomData<fn() -> (Fut, J)>);

/// A branch whose failure is left to the merge.
pub struct Weak<F, Fut>(pub(super) F, pub(super) PhantomData<fn() -> Fut>);

impl<F, Fut, J> std::fmt::Debug for Strong<F, Fut, J> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Strong")
    }
}

impl<F, Fut> std::fmt::Debug for Weak<F, Fut> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Weak")
    }
}

/// Nobody is cancelled, so what a strong branch left is there.
impl<K, F, Fut, T, X> Branch<K> for Strong<F, Fut, All>
where
    K: Business,
    F: for<'a, 'r> Fn(&'a K::Context<'r>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<T, X>> + Send + 'static,
    T: Send + 'static,
    X: Into<K::Error> + std::fmt::Display + Send + 'static,
{
    type Work = Fut;
    type Value = T;
    type Error = X;
    type Seen = T;

    fn begin(&self, cx: &K::Context<'_>) -> Fut {
        (self.0)(cx)
    }

    fn seen(outcome: BranchOutcome<T, X>) -> Option<T> {
        outcome.done()
    }

    fn fatal(error: X) -> Option<K::Error> {
        Some(error.into())
    }
}

/// The join may be met without it.
impl<K, F, Fut, T, X> Branch<K> for Strong<F, Fut, Race>
where
    K: Business,
    F: for<'a, 'r> Fn(&'a K::Context<'r>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<T, X>> + Send + 'static,
    T: Send + 'static,
    X: Into<K::Error> + std::fmt::Display + Send + 'static,
{
    type Work = Fut;
    type Value = T;
    type Error = X;
    type Seen = BranchOutcome<T, X>;

    fn begin(&self, cx: &K::Context<'_>) -> Fut {
        (self.0)(cx)
    }

    fn seen(outcome: BranchOutcome<T, X>) -> Option<Self::Seen> {
        Some(outcome)
    }

    fn fatal(error: X) -> Option<K::Error> {
        Some(error.into())
    }
}

impl<K, F, Fut, T, X> Branch<K> for Weak<F, Fut>
where
    K: Business,
    F: for<'a, 'r> Fn(&'a K::Context<'r>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<T, X>> + Send + 'static,
    T: Send + 'static,
    X: std::fmt::Display + Send + 'static,
{
    type Work = Fut;
    type Value = T;
    type Error = X;
    type Seen = BranchOutcome<T, X>;

    fn begin(&self, cx: &K::Context<'_>) -> Fut {
        (self.0)(cx)
    }

    fn seen(outcome: BranchOutcome<T, X>) -> Option<Self::Seen> {
        Some(outcome)
    }

    fn fatal(_error: X) -> Option<K::Error> {
        None
    }
}

/// Whether a branch has anything to do.
pub(super) type Condition<K> = Box<dyn for<'a, 'r> Fn(&'a <K as Business>::Context<'r>) -> NeedRun + Send + Sync>;

/// A branch that was begun: it has work, or ended at once.
#[derive(Debug)]
pub struct Begun<Fut, T, X> {
    pub(super) work: Option<Fut>,
    pub(super) outcome: Option<BranchOutcome<T, X>>,
}

/// Asks whether the branch is needed and makes its work.
pub(super) fn begin<K: Business, B: Branch<K>>(
    branch: &B,
    name: &'static str,
    condition: Option<&Condition<K>>,
    cx: &K::Context<'_>,
) -> Begun<B::Work, B::Value, B::Error> {
    let begun = catch(name, || match condition.map_or(NeedRun::Run, |condition| condition(cx)) {
        NeedRun::Run => Ok(branch.begin(cx)),
        NeedRun::Skip(why) => Err(why),
    });
    match begun {
        Ok(Ok(work)) => Begun { work: Some(work), outcome: None },
        Ok(Err(why)) => Begun { work: None, outcome: Some(BranchOutcome::Skipped(SkipReason::NotNeeded(why))) },
        Err(_) => Begun { work: None, outcome: Some(BranchOutcome::Failed(Failure::Panicked)) },
    }
}

/// A branch that runs, or has run.
pub(super) struct Live<'p, K: Business, B: Branch<K>> {
    pub(super) name: &'static str,
    pub(super) work: Pin<&'p mut Option<B::Work>>,
    pub(super) outcome: Option<BranchOutcome<B::Value, B::Error>>,
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
        // an error whose text panics has failed, whatever it would have said
        told.unwrap_or(None).unwrap_or(Outcome::Failed(Failure::Panicked))
    }

    fn take_error(&mut self) -> Option<K::Error> {
        // it keeps an outcome: a branch without one would count as live
        match self.outcome.replace(BranchOutcome::Cancelled) {
            Some(BranchOutcome::Failed(Failure::Error(error))) => catch(self.name, || B::fatal(error)).ok().flatten(),
            outcome => {
                self.outcome = outcome;
                None
            }
        }
    }
}
