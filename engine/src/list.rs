//! The list: concatenated from contributions, filtered and sorted, and cut to a page.

use std::{
    hash::{Hash, Hasher},
    sync::Arc,
};

use crate::{Rejections, SortKey};

/// Behaviour if the filters reject every item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WhenEmpty {
    /// All loaders run anyway.
    GoOn,
    /// Continues with the converters and skips the loaders that work on the page, directly or indirectly. The other loaders
    /// do not depend on the list and always run.
    #[default]
    SkipLoaders,
}

/// The indices below `items` that are not rejected.
pub(crate) fn kept<'a>(rejected: impl IntoIterator<Item = &'a Rejections>, items: usize) -> Vec<u32> {
    let mut keep = vec![true; items];
    for &(place, _) in rejected.into_iter().flat_map(|rejections| &rejections.0) {
        if let Some(kept) = keep.get_mut(place as usize) {
            *kept = false;
        }
    }
    (0..).zip(&keep).filter_map(|(place, kept)| kept.then_some(place)).collect()
}

/// The results of a run's filters and sorters, which determine the order of its list. Two are equal if they share the same
/// parts.
#[derive(Debug, Clone)]
pub struct Fold {
    items: usize,
    rejections: Vec<Arc<Rejections>>,
    keys: Vec<Arc<Vec<SortKey>>>,
    is_remembered: bool,
}

impl Fold {
    pub(crate) const fn over(items: usize) -> Self {
        Self { items, rejections: Vec::new(), keys: Vec::new(), is_remembered: true }
    }

    pub(crate) fn reject(&mut self, rejections: &Arc<Rejections>, remembered: bool) {
        self.rejections.push(Arc::clone(rejections));
        self.is_remembered &= remembered;
    }

    pub(crate) fn sort(&mut self, keys: &Arc<Vec<SortKey>>, remembered: bool) {
        self.keys.push(Arc::clone(keys));
        self.is_remembered &= remembered;
    }

    /// Whether all parts were remembered, so that an equal fold may occur again.
    #[must_use]
    pub const fn is_remembered(&self) -> bool {
        self.is_remembered
    }

    /// The items that no filter rejected, ordered by the sorters, as indices into the joined list.
    #[must_use]
    pub fn order(&self) -> Vec<u32> {
        let mut order = kept(self.rejections.iter().map(|rejections| &**rejections), self.items);
        // Starts with the last sorter: the sort is stable, so items that an earlier sorter considers equal keep the order of the
        // later ones. Most lists are already in the order of their last sorters, and most sorters have few distinct keys.
        for keys in self.keys.iter().rev() {
            let key = |place: &u32| keys.get(*place as usize);
            if !order.is_sorted_by_key(key) {
                order.sort_by_key(key);
            }
        }
        order
    }

    /// The addresses of its parts, which identify it.
    fn parts(&self) -> impl Iterator<Item = usize> {
        let rejections = self.rejections.iter().map(|part| Arc::as_ptr(part).addr());
        rejections.chain(self.keys.iter().map(|part| Arc::as_ptr(part).addr()))
    }
}

impl PartialEq for Fold {
    fn eq(&self, other: &Self) -> bool {
        // compare the number of each kind, or a part could count as one of the other kind
        let shape = |fold: &Self| (fold.items, fold.rejections.len(), fold.keys.len());
        shape(self) == shape(other) && self.parts().eq(other.parts())
    }
}

impl Eq for Fold {}

impl Hash for Fold {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_usize(self.items);
        self.parts().for_each(|part| state.write_usize(part));
    }
}

/// The joined list.
#[derive(Debug)]
pub(crate) enum Joined<T> {
    /// Created for this run.
    Made(Vec<T>),
    /// Known from earlier runs by identity.
    Remembered(Arc<Vec<T>>),
}

impl<T> Joined<T> {
    pub(crate) fn all(&self) -> &[T] {
        match self {
            Self::Made(items) => items,
            Self::Remembered(items) => items,
        }
    }

    pub(crate) const fn remembered(&self) -> Option<&Arc<Vec<T>>> {
        match self {
            Self::Made(_) => None,
            Self::Remembered(items) => Some(items),
        }
    }
}

/// The result of the fold, as indices into the joined list.
#[derive(Debug, Default)]
pub(crate) struct Folded {
    pub(crate) order: Arc<Vec<u32>>,
    pub(crate) page: Vec<u32>,
    /// Whether another run may have the same order value.
    pub(crate) remembered: bool,
}

/// The list after filters, order and cut.
#[derive(Debug)]
pub(crate) struct List<'a, T> {
    pub(crate) items: &'a [T],
    pub(crate) folded: &'a Folded,
    /// The items with their identity, if they are remembered.
    pub(crate) remembered: Option<&'a Arc<Vec<T>>>,
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

    /// Number of items kept, before the cut.
    pub(crate) fn total(&self) -> usize {
        self.folded.order.len()
    }

    /// All kept items, in order, before the cut.
    pub(crate) fn ordered(&self) -> impl ExactSizeIterator<Item = &'a T> + use<'a, T> {
        Self::at(self.items, &self.folded.order)
    }

    #[expect(clippy::indexing_slicing, reason = "the fold made the places from these very items")]
    pub(crate) fn at(items: &'a [T], places: &'a [u32]) -> impl ExactSizeIterator<Item = &'a T> + use<'a, T> {
        places.iter().map(|&place| &items[place as usize])
    }
}
