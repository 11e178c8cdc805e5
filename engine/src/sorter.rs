//! Sorters: the order of the items.

use std::sync::Arc;

use crate::{
    Context, Inputs, NeedRun, Scene, SortKey,
    inputs::take,
    plan::body::{Body, Datum, NoDatum, Owned, Started, admitted},
};

/// A rule that orders items. Items are ordered by the first registered sorter, ties by the next, and so on; remaining
/// ties keep the order of the list. A sorter never waits and is strong: if it panics, the engine ends.
///
/// ```
/// use live_pack_engine::{Context, SortKey, Sorter, test_util::Tiny};
///
/// struct LargestFirst;
///
/// impl Sorter<Tiny> for LargestFirst {
///     type Input<'a> = ();
///
///     fn key(&self, _cx: &Context<Tiny>, (): &(), item: &i64) -> SortKey {
///         SortKey::from(-*item)
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a sorter of the scene `{S}`",
    note = "implement `Sorter<{S}>` for it: `type Input<'a>` and `key`"
)]
pub trait Sorter<S: Scene>: Send + Sync + 'static {
    /// Its inputs, besides the item; [`crate::Items`] if the key of an item depends on other items.
    type Input<'a>: Inputs<'a, S>;

    /// Whether it orders anything in this request.
    fn need_run<'a>(&self, _cx: &'a Context<S>, _input: &Self::Input<'a>) -> NeedRun {
        NeedRun::Run
    }

    /// The keys of all items remembered from an earlier run, equal to those of [`Self::key`]; `None`: they are computed.
    /// Called only if the list itself is remembered; `items` then identifies it by pointer.
    fn remembered<'a>(
        &self,
        _cx: &'a Context<S>,
        _input: &Self::Input<'a>,
        _items: &'a Arc<Vec<S::Item>>,
    ) -> Option<Arc<Vec<SortKey>>> {
        None
    }

    /// The key of an item.
    fn key<'a>(&self, cx: &'a Context<S>, input: &Self::Input<'a>, item: &S::Item) -> SortKey;
}

/// The keys of a sorter in one run.
pub(crate) struct Keys {
    /// By position in the list.
    pub(crate) keys: Arc<Vec<SortKey>>,
    /// Whether another run may have the same keys value.
    pub(crate) remembered: bool,
}

/// A [`Sorter`] as a body.
pub(crate) struct SorterBody<T>(pub(crate) T);

impl<T> SorterBody<T> {
    fn keys<S: Scene>(&self, cx: &Context<S>, owned: Owned) -> Result<Datum, NoDatum<S>>
    where
        T: Sorter<S>,
    {
        let input = admitted(take(cx, owned), |input| self.0.need_run(cx, input))?;
        let known = cx.shared.remembered_items().and_then(|items| self.0.remembered(cx, &input, items));
        let compute = || cx.joined().iter().map(|item| self.0.key(cx, &input, item)).collect();
        let remembered = known.is_some();
        Ok(Box::new(Keys { keys: known.unwrap_or_else(|| Arc::new(compute())), remembered }))
    }
}

impl<S: Scene, T: Sorter<S>> Body<S> for SorterBody<T> {
    fn start(&self, cx: &Context<S>, owned: Owned) -> Started<S> {
        Started::Ended(self.keys(cx, owned))
    }
}
