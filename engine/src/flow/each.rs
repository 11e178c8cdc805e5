//! Branches of one kind whose number is known only at run time.

use std::{future::Future, marker::PhantomData, pin::Pin, sync::Arc};

use super::{
    Branches, Business, FlowError, FlowErrorOf,
    branch::{Closure, Live, View},
    drive::{ForkRun, Running, drive},
    tuple::{Conditions, Fork},
};
use crate::catch::catch;

/// The branches made by a closure: see [`super::Fork::each`].
pub struct Each<F, Fut, V>(F, PhantomData<fn() -> (Fut, V)>);

impl<F, Fut, V> Each<F, Fut, V> {
    pub(super) const fn new(make: F) -> Self {
        Self(make, PhantomData)
    }
}

impl<F, Fut, V> std::fmt::Debug for Each<F, Fut, V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Each")
    }
}

/// Branches that have begun.
#[derive(Debug)]
pub enum BegunEach<Fut> {
    /// The branches, each with its label.
    Some(Vec<(Arc<str>, Fut)>),
    /// No branches: they are switched off.
    SwitchedOff,
    /// No branches: making them panicked.
    Panicked,
}

/// The work of a branch, until it has ended.
type Work<Fut> = Pin<Box<Option<Fut>>>;

/// A branch of [`Each`], as a type.
type Of<K, Fut, V> = Closure<for<'a, 'r> fn(&'a <K as Business>::Context<'r>) -> Fut, Fut, V>;

impl<K, F, Fut, T, X, V> Branches<K> for Each<F, Fut, V>
where
    K: Business,
    F: for<'a, 'r> Fn(&'a K::Context<'r>) -> Vec<(Arc<str>, Fut)> + Send + Sync + 'static,
    Fut: Future<Output = Result<T, X>> + Send + 'static,
    T: Send + 'static,
    X: std::fmt::Display + Send + 'static,
    V: View<K, T, X>,
{
    type Seen = Vec<(Arc<str>, V::Seen)>;
    type Begun = BegunEach<Fut>;

    fn begin(&self, conditions: &Conditions<K>, cx: &K::Context<'_>) -> BegunEach<Fut> {
        let Some((shape, _)) = conditions.0.first().filter(|(shape, _)| shape.enabled) else {
            return BegunEach::SwitchedOff;
        };
        catch(shape.name, || (self.0)(cx)).map_or(BegunEach::Panicked, BegunEach::Some)
    }

    async fn run(
        begun: BegunEach<Fut>,
        Fork(fork): Fork<'_>,
        cx: &mut K::Context<'_>,
    ) -> Result<Self::Seen, FlowErrorOf<K>> {
        let (at, Some(shape)) = (fork.at, fork.shapes.first()) else { return Ok(Vec::new()) };
        let made = match begun {
            BegunEach::Some(made) => made,
            BegunEach::SwitchedOff => Vec::new(),
            BegunEach::Panicked => return Err(FlowError::Panicked { at: shape.name }),
        };
        let (labels, mut works): (Vec<Arc<str>>, Vec<Work<Fut>>) =
            made.into_iter().map(|(label, work)| (label, Box::pin(Some(work)))).unzip();
        fork.log.begin_each(fork.line, &labels);
        let mut branches: Vec<Live<'_, K, Of<K, Fut, V>>> =
            works.iter_mut().map(|work| Live { name: shape.name, work: work.as_mut(), outcome: None }).collect();
        let shapes = vec![shape.clone(); branches.len()];
        let mut running: Vec<&mut dyn Running<K::Error>> =
            branches.iter_mut().map(|branch| branch as &mut dyn Running<K::Error>).collect();
        drive(&mut running, ForkRun { shapes: &shapes, ..fork }).await?;
        drop(running);
        // joined without an error: a strong branch has a value
        let seen = branches.iter_mut().map(|branch| branch.seen(cx).ok_or(FlowError::Panicked { at }));
        labels.into_iter().zip(seen).map(|(label, seen)| Ok((label, seen?))).collect()
    }
}
