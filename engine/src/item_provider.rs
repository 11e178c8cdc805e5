//! Item providers: contributions to the list.

use std::sync::Arc;

use crate::{
    Context, Inputs, NeedRun, Scene, TaskResult,
    inputs::take,
    plan::body::{Body, Datum, NoDatum, Owned, Started, admitted},
};

/// Contributes items to the list from data of other providers. Several contributions are concatenated in order of
/// registration. Strong, and never waits: the providers that it reads have fetched its data.
///
/// ```
/// use live_pack_engine::{Context, ItemProvider, Own, TaskResult, test_util::Tiny};
/// # struct Found(Vec<i64>);
///
/// struct FoundItems;
///
/// impl ItemProvider<Tiny> for FoundItems {
///     type Input<'a> = Own<Found>;
///
///     fn items(&self, _cx: &Context<Tiny>, Own(found): Own<Found>) -> TaskResult<Tiny, Vec<i64>> {
///         Ok(found.0)
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` contributes no items to the list of the scene `{S}`",
    note = "implement `ItemProvider<{S}>` for it: `type Input<'a>` and `items`"
)]
pub trait ItemProvider<S: Scene>: Send + Sync + 'static {
    /// The data that the items are made of.
    type Input<'a>: Inputs<'a, S>;

    /// The contribution.
    ///
    /// # Errors
    /// The reason to end the engine, for example an empty contribution that must not be empty.
    fn items<'a>(&self, cx: &'a Context<S>, input: Self::Input<'a>) -> TaskResult<S, Vec<S::Item>>;

    /// The contribution remembered from an earlier run, so that filters and sorters recognise it by identity. It must equal
    /// that of [`Self::items`]. `None`: it is created. Called only if it is the only contribution of its engine.
    fn remembered<'a>(&self, _cx: &'a Context<S>, _input: &Self::Input<'a>) -> Option<Arc<Vec<S::Item>>> {
        None
    }
}

/// A contribution.
pub(crate) enum Contribution<T> {
    /// The whole list, remembered from an earlier run.
    Remembered(Arc<Vec<T>>),
    /// Created for this run.
    Made(Vec<T>),
}

impl<T> Contribution<T> {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Remembered(items) => items.len(),
            Self::Made(items) => items.len(),
        }
    }
}

/// An [`ItemProvider`] as a body.
pub(crate) struct ItemsBody<T>(pub(crate) T);

impl<T> ItemsBody<T> {
    fn items<S: Scene>(&self, cx: &Context<S>, owned: Owned) -> Result<Datum, NoDatum<S>>
    where
        T: ItemProvider<S>,
    {
        let input = admitted(take(cx, owned), |_| NeedRun::Run)?;
        let alone = cx.shared.plan.contributions.len() == 1;
        let contribution = match alone.then(|| self.0.remembered(cx, &input)).flatten() {
            Some(items) => Ok(Contribution::Remembered(items)),
            None => self.0.items(cx, input).map(Contribution::Made),
        };
        contribution.map(|items| Box::new(items) as Datum).map_err(NoDatum::Error)
    }
}

impl<S: Scene, T: ItemProvider<S>> Body<S> for ItemsBody<T> {
    fn start(&self, cx: &Context<S>, owned: Owned) -> Started<S> {
        Started::Ended(self.items(cx, owned))
    }
}
