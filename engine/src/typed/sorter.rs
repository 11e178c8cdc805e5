//! Sorters: the order of the items.

use super::admitted;
use crate::{
    Context, Inputs, NeedRun, Scene, SortKey,
    inputs::{Owned, take},
    sorter::Keys,
    task::{Body, Datum, NoDatum, Started},
};

/// A rule that orders items. Items are ordered by the first registered sorter, ties by the next, and so on; what is
/// still equal keeps the order of the list. A sorter never waits and is strong: if it panics, the engine ends.
///
/// ```
/// use live_pack_engine::{Context, SortKey, test_util::Tiny, typed::Sorter};
///
/// struct LargestFirst;
///
/// impl Sorter<Tiny> for LargestFirst {
///     type Input<'a> = ();
///
///     fn key(&self, _cx: &Context<Tiny>, (): &(), item: &i64) -> SortKey {
///         SortKey::from(*item).reversed()
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a sorter of the scene `{S}`",
    note = "implement `Sorter<{S}>` for it: `type Input<'a>` and `key`"
)]
pub trait Sorter<S: Scene>: Send + Sync + 'static {
    /// Its inputs, beside the item; [`super::Items`] if the key of an item depends on the others.
    type Input<'a>: Inputs<'a, S>;

    /// Whether it orders anything in this request.
    fn need_run<'a>(&self, _cx: &'a Context<S>, _input: &Self::Input<'a>) -> NeedRun {
        NeedRun::Run
    }

    /// The key of an item.
    fn key<'a>(&self, cx: &'a Context<S>, input: &Self::Input<'a>, item: &S::Item) -> SortKey;
}

/// A [`Sorter`] as a body.
pub(crate) struct SorterBody<T>(pub(crate) T);

impl<T> SorterBody<T> {
    fn keys<S: Scene>(&self, cx: &Context<S>, owned: Owned) -> Result<Datum, NoDatum<S>>
    where
        T: Sorter<S>,
    {
        let input = admitted(take(cx, owned), |input| self.0.need_run(cx, input))?;
        let keys = cx.joined().iter().map(|item| self.0.key(cx, &input, item)).collect();
        Ok(Box::new(Keys(keys)))
    }
}

impl<S: Scene, T: Sorter<S>> Body<S> for SorterBody<T> {
    fn start(&self, cx: &Context<S>, owned: Owned) -> Started<S> {
        Started::Ended(self.keys(cx, owned))
    }
}
