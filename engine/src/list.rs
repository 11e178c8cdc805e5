//! The list: joined from contributions, folded by filters and sorters, cut to a page.

use std::ops::Range;

use crate::{
    Context, Reads, Scene, SortKey,
    by_node::NodeId,
    typed::{CutBody, within},
};

/// Which part of the ordered list is the page.
pub trait Cut<S: Scene>: Send + Sync + 'static {
    /// What it reads, beside the list.
    fn reads(&self) -> Reads {
        Reads::none()
    }

    /// The page, as places of the ordered list of `len` items. What lies outside the list is ignored.
    fn range(&self, cx: &Context<S>, len: usize) -> Range<usize>;

    /// Whether an item within the range is shown. Hiding one neither moves the range nor fills the gap.
    fn shows(&self, _cx: &Context<S>, _item: &S::Item) -> bool {
        true
    }
}

/// The whole list is the page.
pub(crate) struct WholeList;

impl<S: Scene> CutBody<S> for WholeList {
    fn page(&self, _cx: &Context<S>, _items: &[S::Item], order: &[u32]) -> Option<Vec<u32>> {
        Some(order.to_vec())
    }
}

/// A [`Cut`] as a body.
pub(crate) struct CutByType<C>(pub(crate) C);

impl<S: Scene, C: Cut<S>> CutBody<S> for CutByType<C> {
    fn page(&self, cx: &Context<S>, items: &[S::Item], order: &[u32]) -> Option<Vec<u32>> {
        Some(within(items, order, self.0.range(cx, order.len()), |item| self.0.shows(cx, item)))
    }
}

/// The items that no filter rejected.
#[derive(Debug)]
pub(crate) struct Kept {
    /// Their places in the joined list, in its order.
    pub(crate) order: Vec<u32>,
    /// (place, filter, why), by filter in the order of registration.
    pub(crate) rejected: Vec<(u32, NodeId, &'static str)>,
}

impl Kept {
    /// Leaves out what any filter rejected, of so many items.
    pub(crate) fn without(rejected: Vec<(u32, NodeId, &'static str)>, items: usize) -> Self {
        let mut keep = vec![true; items];
        for &(place, ..) in &rejected {
            if let Some(kept) = keep.get_mut(place as usize) {
                *kept = false;
            }
        }
        let order = (0..).zip(&keep).filter_map(|(place, kept)| kept.then_some(place)).collect();
        Self { order, rejected }
    }
}

/// What the fold made of the items: places in the joined list.
#[derive(Debug, Default)]
pub(crate) struct Folded {
    pub(crate) order: Vec<u32>,
    pub(crate) page: Vec<u32>,
}

impl Folded {
    /// Orders what the filters kept by the sorters' keys, and cuts the page; `None`: an input of the cut is not there.
    pub(crate) fn fold<S: Scene>(
        cx: &Context<S>,
        items: &[S::Item],
        mut order: Vec<u32>,
        keys: &[&[SortKey]],
        cut: &dyn CutBody<S>,
    ) -> Option<Self> {
        // The last sorter first: a pass is stable, so what an earlier sorter finds equal keeps the order of the later ones.
        // Most lists come in the order of their last sorters, and most sorters tell few items apart.
        for keys in keys.iter().rev() {
            let key = |place: &u32| keys.get(*place as usize);
            if !order.is_sorted_by_key(key) {
                order.sort_by_key(key);
            }
        }
        let page = cut.page(cx, items, &order)?;
        Some(Self { order, page })
    }
}

/// The list after filters, order and cut.
#[derive(Debug)]
pub struct List<'a, T> {
    pub(crate) items: &'a [T],
    pub(crate) folded: &'a Folded,
}

impl<T> Clone for List<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for List<'_, T> {}

impl<'a, T> List<'a, T> {
    /// How many items are on the page.
    #[must_use]
    pub fn page_len(&self) -> usize {
        self.folded.page.len()
    }

    /// The items of the page, in order.
    pub fn page(&self) -> impl ExactSizeIterator<Item = &'a T> + use<'a, T> {
        Self::at(self.items, &self.folded.page)
    }

    /// How many items stayed, before the cut.
    #[must_use]
    pub fn total(&self) -> usize {
        self.folded.order.len()
    }

    /// All items that stayed, in order, before the cut.
    pub fn ordered(&self) -> impl ExactSizeIterator<Item = &'a T> + use<'a, T> {
        Self::at(self.items, &self.folded.order)
    }

    #[expect(clippy::indexing_slicing, reason = "the fold made the places from these very items")]
    pub(crate) fn at(items: &'a [T], places: &'a [u32]) -> impl ExactSizeIterator<Item = &'a T> + use<'a, T> {
        places.iter().map(|&place| &items[place as usize])
    }
}
