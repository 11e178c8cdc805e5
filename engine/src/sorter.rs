//! Sorters: in which order items stand.

use crate::{
    Context, NeedRun, Reads, Scene,
    inputs::Owned,
    reads::short_name,
    task::{Body, NoDatum, Started},
};

/// What items are ordered by; smaller stands first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SortKey(i64);

impl SortKey {
    /// Before everything.
    pub const FIRST: Self = Self(i64::MIN);
    /// After everything.
    pub const LAST: Self = Self(i64::MAX);

    /// The reverse order.
    #[must_use]
    pub const fn reversed(self) -> Self {
        Self(!self.0)
    }
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
    /// `false` stands first.
    fn from(key: bool) -> Self {
        Self(key.into())
    }
}

impl From<f64> for SortKey {
    /// The total order of IEEE 754, so that a score that is not a number has its place, too.
    fn from(score: f64) -> Self {
        let bits = score.to_bits().cast_signed();
        Self(bits ^ (((bits >> 63).cast_unsigned()) >> 1).cast_signed())
    }
}

/// A rule that orders items. Items are ordered by the first registered sorter, ties by the next, and so on; what is
/// still equal keeps the order of the list. A sorter is strong: if it panics, the engine ends.
pub trait Sorter<S: Scene>: Send + Sync + 'static {
    /// Its name in configuration, records and metrics: that of its type.
    fn name(&self) -> &'static str {
        short_name::<Self>()
    }

    /// What it reads, beside the items.
    fn reads(&self) -> Reads {
        Reads::none()
    }

    /// Whether it orders anything in this request.
    fn need_run(&self, _cx: &Context<S>) -> NeedRun {
        NeedRun::Run
    }

    /// The key of an item.
    fn key(&self, cx: &Context<S>, item: &S::Item) -> SortKey;
}

/// The keys of a sorter, by place in the list.
pub(crate) struct Keys(pub(crate) Vec<SortKey>);

pub(crate) struct SorterBody<T>(pub(crate) T);

impl<S: Scene, T: Sorter<S>> Body<S> for SorterBody<T> {
    fn start(&self, cx: &Context<S>, _owned: Owned) -> Started<S> {
        let keys = || Keys(cx.items().iter().map(|item| self.0.key(cx, item)).collect());
        Started::Ended(NoDatum::unless(self.0.need_run(cx)).map(|()| Box::new(keys()) as _))
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
        assert!(SortKey::from(2.0).reversed() < SortKey::from(1.0).reversed());
    }
}
