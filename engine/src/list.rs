//! The list: joined from contributions, folded by filters and sorters, cut to a page.

use crate::{Context, Scene, SortKey, by_node::NodeId, cut::CutBody};

/// The items that no filter rejected.
#[derive(Debug)]
pub(crate) struct Kept {
    /// Their indices in the joined list, in its order.
    pub(crate) order: Vec<u32>,
    /// (index, filter, reason), by filter in the order of registration.
    pub(crate) rejected: Vec<(u32, NodeId, &'static str)>,
}

impl Kept {
    /// Leaves out rejected items, out of `items` items.
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

/// The result of the fold, as indices into the joined list.
#[derive(Debug, Default)]
pub(crate) struct Folded {
    pub(crate) order: Vec<u32>,
    pub(crate) page: Vec<u32>,
}

impl Folded {
    /// Orders the kept items by the sorters' keys, and cuts the page; `None`: an input of the cut is missing.
    pub(crate) fn fold<S: Scene>(
        cx: &Context<S>,
        items: &[S::Item],
        mut order: Vec<u32>,
        keys: &[&[SortKey]],
        cut: &dyn CutBody<S>,
    ) -> Option<Self> {
        // The last sorter first: the sort is stable, so items that an earlier sorter finds equal keep the order of the
        // later ones. Most lists come in the order of their last sorters, and most sorters give few different keys.
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
pub(crate) struct List<'a, T> {
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
    /// Number of items on the page.
    pub(crate) fn page_len(&self) -> usize {
        self.folded.page.len()
    }

    /// The items of the page, in order.
    pub(crate) fn page(&self) -> impl ExactSizeIterator<Item = &'a T> + use<'a, T> {
        Self::at(self.items, &self.folded.page)
    }

    /// Number of items that stayed, before the cut.
    pub(crate) fn total(&self) -> usize {
        self.folded.order.len()
    }

    /// All items that stayed, in order, before the cut.
    pub(crate) fn ordered(&self) -> impl ExactSizeIterator<Item = &'a T> + use<'a, T> {
        Self::at(self.items, &self.folded.order)
    }

    #[expect(clippy::indexing_slicing, reason = "the fold made the places from these very items")]
    pub(crate) fn at(items: &'a [T], places: &'a [u32]) -> impl ExactSizeIterator<Item = &'a T> + use<'a, T> {
        places.iter().map(|&place| &items[place as usize])
    }
}
