//! Branches of different types in one fork: tuples of one to eight.

use std::{future::Future, pin::pin};

use super::{
    Branch, BranchOutcome, Business, FlowError, FlowErrorOf,
    branch::{Begun, Condition, Live, begin},
    drive::{ForkRun, Running, drive},
    shape::BranchShape,
};

/// Adds a branch to a tuple of branches.
pub trait Push<B> {
    /// The extended tuple.
    type Out;

    /// Appends `branch`.
    fn push(self, branch: B) -> Self::Out;
}

/// The branches of a fork, in declared order.
pub trait Branches<K: Business>: Send + Sync + 'static {
    /// Input of the merge for each: a value or [`super::BranchOutcome`].
    type Seen: Send;
    /// The started branches.
    type Begun: Send;

    /// Checks the condition of each branch and starts its work.
    #[doc(hidden)]
    fn begin(&self, conditions: &Conditions<K>, cx: &K::Context<'_>) -> Self::Begun;

    /// Runs them until they join.
    #[doc(hidden)]
    fn run(
        begun: Self::Begun,
        fork: Fork<'_>,
        cx: &mut K::Context<'_>,
    ) -> impl Future<Output = Result<Self::Seen, FlowErrorOf<K>>> + Send;
}

/// Names and conditions of a fork's branches.
#[doc(hidden)]
pub struct Conditions<K: Business>(pub(super) Vec<(BranchShape, Option<Condition<K>>)>);

impl<K: Business> std::fmt::Debug for Conditions<K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(shape, _)| shape.name)).finish()
    }
}

/// A running fork, reduced to its branches.
#[doc(hidden)]
pub struct Fork<'a>(pub(super) ForkRun<'a>);

impl std::fmt::Debug for Fork<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.at)
    }
}

impl<B> Push<B> for () {
    type Out = (B,);

    fn push(self, branch: B) -> (B,) {
        (branch,)
    }
}

macro_rules! push {
    ($($A:ident $a:ident),+) => {
        impl<$($A,)+ B> Push<B> for ($($A,)+) {
            type Out = ($($A,)+ B,);

            fn push(self, branch: B) -> Self::Out {
                let ($($a,)+) = self;
                ($($a,)+ branch,)
            }
        }
    };
}

macro_rules! branches {
    ($($B:ident $b:ident),+) => {
        impl<K: Business, $($B: Branch<K>),+> Branches<K> for ($($B,)+) {
            type Seen = ($($B::Seen,)+);
            type Begun = ($(Begun<$B::Work, $B::Value, $B::Error>,)+);

            fn begin(&self, conditions: &Conditions<K>, cx: &K::Context<'_>) -> Self::Begun {
                let ($($b,)+) = self;
                let mut conditions = conditions.0.iter();
                ($(match conditions.next() {
                    Some((shape, condition)) => begin($b, shape, condition.as_ref(), cx),
                    // a fork has a shape for each branch
                    None => Begun { work: None, outcome: Some(BranchOutcome::Cancelled) },
                },)+)
            }

            async fn run(
                begun: Self::Begun,
                Fork(fork): Fork<'_>,
                cx: &mut K::Context<'_>,
            ) -> Result<Self::Seen, FlowErrorOf<K>> {
                let ($($b,)+) = begun;
                let mut names = fork.shapes.iter().map(|shape| shape.name);
                $(
                    let mut work = pin!($b.work);
                    let name = names.next().unwrap_or_default();
                    let mut $b = Live::<K, $B> { name, work: work.as_mut(), outcome: $b.outcome };
                )+
                let at = fork.at;
                drive(&mut [$(&mut $b as &mut dyn Running<K::Error>),+], fork).await?;
                // joined without an error: a strong branch has a value
                Ok(($($b.seen(cx).ok_or(FlowError::Panicked { at })?,)+))
            }
        }
    };
}

push!(A a);
push!(A a, C c);
push!(A a, C c, D d);
push!(A a, C c, D d, E e);
push!(A a, C c, D d, E e, F f);
push!(A a, C c, D d, E e, F f, G g);
push!(A a, C c, D d, E e, F f, G g, H h);
branches!(A a);
branches!(A a, C c);
branches!(A a, C c, D d);
branches!(A a, C c, D d, E e);
branches!(A a, C c, D d, E e, F f);
branches!(A a, C c, D d, E e, F f, G g);
branches!(A a, C c, D d, E e, F f, G g, H h);
branches!(A a, C c, D d, E e, F f, G g, H h, I i);
