//! Sorters: the order of the items.

use std::sync::Arc;

use crate::{
    Context, Inputs, NeedRun, Scene,
    body::{Body, Datum, NoDatum, Started, admitted},
    inputs::{Owned, take},
};

/// The key by which items are ordered; smaller keys come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SortKey(i64);

impl SortKey {
    /// Before everything.
    pub const FIRST: Self = Self(i64::MIN);
    /// After everything.
    pub const LAST: Self = Self(i64::MAX);
}

impl From<i64> for SortKey {
    fn from(key: i64) -> Self {
        Self(key)
    }
}

impl From<i32> for SortKey {
    fn from(key: i32) -> Self {
        Self(key.into())
    }
}

impl From<bool> for SortKey {
    /// `false` comes first.
    fn from(key: bool) -> Self {
        Self(key.into())
    }
}

impl From<f64> for SortKey {
    /// The total order of IEEE 754, so that NaN has a position, too.
    fn from(score: f64) -> Self {
        let bits = score.to_bits().cast_signed();
        Self(bits ^ (((bits >> 63).cast_unsigned()) >> 1).cast_signed())
    }
}

/// A rule that orders items. Items are ordered by the first registered sorter, ties by the next, and so on; what is
/// still equal keeps the order of the list. A sorter never waits and is strong: if it panics, the engine ends.
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
    /// Its inputs, besides the item; [`crate::Items`] if the key of an item depends on the others.
    type Input<'a>: Inputs<'a, S>;

    /// Whether it orders anything in this request.
    fn need_run<'a>(&self, _cx: &'a Context<S>, _input: &Self::Input<'a>) -> NeedRun {
        NeedRun::Run
    }

    /// The keys of all items where they are remembered from an earlier run. Asked only if the list itself is remembered,
    /// which `items` then names by its identity. They must be those of [`Self::key`]. `None`: they are computed.
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
    /// By place in the list.
    pub(crate) keys: Arc<Vec<SortKey>>,
    /// Whether they may be the same value in another run.
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

#[cfg(test)]
mod tests {
    use super::SortKey;

    #[test]
    fn scores_keep_their_order_as_keys() {
        let scores = [f64::NEG_INFINITY, -2.5, -1.0, -0.0, 0.0, 1e-300, 1.0, 2.5, f64::INFINITY];
        let keys: Vec<SortKey> = scores.into_iter().map(SortKey::from).collect();
        assert!(keys.is_sorted());
    }
}
