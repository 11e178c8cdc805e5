//! The cut: selects the part of the ordered list that is the page.

use std::ops::Range;

use crate::{
    Context, Inputs, Scene,
    inputs::take,
    plan::body::{CutBody, Owned},
};

/// Selects the part of the ordered list that is the page. Never waits, and is strong.
///
/// ```
/// use std::ops::Range;
/// use live_pack_engine::{Context, Cut, test_util::Tiny};
/// # struct Limit(usize);
///
/// struct FirstItems;
///
/// impl Cut<Tiny> for FirstItems {
///     type Input<'a> = &'a Limit;
///
///     fn range(&self, _cx: &Context<Tiny>, limit: &&Limit, _len: usize) -> Range<usize> {
///         0..limit.0
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cuts no page from the list of the scene `{S}`",
    note = "implement `Cut<{S}>` for it: `type Input<'a>` and `range`"
)]
pub trait Cut<S: Scene>: Send + Sync + 'static {
    /// Its inputs, besides the list; `()` for none.
    type Input<'a>: Inputs<'a, S>;

    /// The page, as indices into the ordered list of `len` items. Indices outside the list are ignored.
    fn range<'a>(&self, cx: &'a Context<S>, input: &Self::Input<'a>, len: usize) -> Range<usize>;

    /// Whether an item within the range is shown. Hiding an item neither moves the range nor fills the gap.
    fn shows<'a>(&self, _cx: &'a Context<S>, _input: &Self::Input<'a>, _item: &S::Item) -> bool {
        true
    }
}

/// The shown indices within a range of the ordered indices.
fn within<T>(items: &[T], order: &[u32], range: Range<usize>, shows: impl Fn(&T) -> bool) -> Vec<u32> {
    let end = range.end.min(order.len());
    let shown = |place: &&u32| items.get(**place as usize).is_some_and(&shows);
    order.get(range.start.min(end)..end).unwrap_or_default().iter().filter(shown).copied().collect()
}

/// A [`Cut`] as a body.
pub(crate) struct ByCut<C>(pub(crate) C);

impl<S: Scene, C: Cut<S>> CutBody<S> for ByCut<C> {
    fn page(&self, cx: &Context<S>, items: &[S::Item], order: &[u32]) -> Option<Vec<u32>> {
        let input = take(cx, Owned::new())?;
        let range = self.0.range(cx, &input, order.len());
        Some(within(items, order, range, |item| self.0.shows(cx, &input, item)))
    }
}
