//! The page and the kept list as inputs, and columns with one value per row.

use std::marker::PhantomData;

use std::sync::Arc;

use crate::{Scene, TaskError, TaskFault, TaskResult, list::List};

/// The list after filters, order and cut.
///
/// ```
/// # use live_pack_engine::{Column, Page, TaskResult, test_util::Tiny};
/// struct Prices(Column<u32>);
///
/// fn prices(page: Page<'_, Tiny>, found: Vec<u32>) -> TaskResult<Tiny, Prices> {
///     Ok(Prices(page.column(found)?)) // fails if the values are not as many as the rows
/// }
///
/// fn lines(page: Page<'_, Tiny>, prices: &Prices) -> Vec<String> {
///     page.rows().map(|row| format!("{}: {}", row.item, prices.0.of(row))).collect()
/// }
/// ```
pub struct Page<'a, S: Scene> {
    list: List<'a, S::Item>,
}

impl<S: Scene> Clone for Page<'_, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S: Scene> Copy for Page<'_, S> {}

impl<S: Scene> std::fmt::Debug for Page<'_, S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Page").field("len", &self.len()).field("total", &self.total()).finish()
    }
}

impl<'a, S: Scene> Page<'a, S> {
    pub(crate) const fn new(list: List<'a, S::Item>) -> Self {
        Self { list }
    }

    /// Number of items on the page.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.page_len()
    }

    /// Whether the page is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The items of the page, in order.
    pub fn items(&self) -> impl ExactSizeIterator<Item = &'a S::Item> + use<'a, S> {
        self.list.page()
    }

    /// The items of the page, in order, each with its index.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = Row<'a, S::Item>> + use<'a, S> {
        rows(&self.list.folded.page, self.items())
    }

    /// Number of items kept, before the cut.
    #[must_use]
    pub fn total(&self) -> usize {
        self.list.total()
    }

    /// All kept items, in order, before the cut.
    pub fn ordered(&self) -> impl ExactSizeIterator<Item = &'a S::Item> + use<'a, S> {
        self.list.ordered()
    }

    /// The joined list and the order of [`Self::ordered`] in it, as values that other runs may share; `None` if either
    /// belongs to this run only.
    #[must_use]
    pub fn remembered(&self) -> Option<RememberedList<'a, S::Item>> {
        let folded = self.list.folded;
        let items = self.list.remembered.filter(|_| folded.remembered)?;
        Some(RememberedList { items, order: &folded.order })
    }

    /// A column of values in page order.
    ///
    /// # Errors
    /// [`TaskFault::WrongLength`] if the number of values is not the number of rows.
    pub fn column<T>(&self, values: Vec<T>) -> TaskResult<S, Column<T>> {
        Column::checked::<S>(values, self.len())
    }

    /// A column of the results of `value` for each row.
    pub fn map<T>(&self, value: impl FnMut(Row<'a, S::Item>) -> T) -> Column<T> {
        Column::new(self.rows().map(value).collect())
    }
}

/// A list whose parts may be shared by other runs.
#[derive(Debug)]
pub struct RememberedList<'a, T> {
    /// The joined list.
    pub items: &'a Arc<Vec<T>>,
    /// The kept items in order, as indices into it.
    pub order: &'a Arc<Vec<u32>>,
}

/// Marks rows and columns of the [`Page`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfPage {}

/// Marks rows and columns of [`Kept`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfKept {}

/// An item with its index on the page or in the kept list, which is the key into columns. `L` is [`OfPage`] or [`OfKept`]:
/// a column can be read only by rows of its own list.
#[derive(Debug)]
pub struct Row<'a, T, L = OfPage> {
    index: u32,
    /// The index in the joined list.
    place: u32,
    /// The item.
    pub item: &'a T,
    list: PhantomData<fn() -> L>,
}

impl<T, L> Clone for Row<'_, T, L> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, L> Copy for Row<'_, T, L> {}

/// The rows of a list: its items with their positions in the joined list.
fn rows<'a, T: 'a, L>(
    places: &'a [u32],
    items: impl ExactSizeIterator<Item = &'a T>,
) -> impl ExactSizeIterator<Item = Row<'a, T, L>> {
    places.iter().zip(items).enumerate().map(|(index, (&place, item))| {
        // a list has at most as many items as a position can number
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        Row { index, place, item, list: PhantomData }
    })
}

/// One value for each row of the page or the kept list. Created by [`Page::column`] or [`Kept::column`], which ensures
/// its length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column<T, L = OfPage> {
    values: Vec<T>,
    list: PhantomData<fn() -> L>,
}

impl<T, L> Column<T, L> {
    const fn new(values: Vec<T>) -> Self {
        Self { values, list: PhantomData }
    }

    fn checked<S: Scene>(values: Vec<T>, rows: usize) -> TaskResult<S, Self> {
        if values.len() == rows {
            return Ok(Self::new(values));
        }
        let [rows, values] = [rows, values.len()].map(|count| u32::try_from(count).unwrap_or(u32::MAX));
        Err(TaskError::Fault(TaskFault::WrongLength { rows, values }))
    }

    /// The value of a row.
    ///
    /// # Panics
    /// If the row belongs to another engine's list: a column must not leave its engine.
    #[must_use]
    #[expect(
        clippy::indexing_slicing,
        reason = "rows and columns of an engine are made from its one page or kept list"
    )]
    pub fn of<I>(&self, row: Row<'_, I, L>) -> &T {
        &self.values[row.index as usize]
    }

    /// The values, in the order of the page.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.values.iter()
    }

    /// A column of the results of `value` for each value.
    pub fn map<U>(&self, value: impl FnMut(&T) -> U) -> Column<U, L> {
        Column::new(self.values.iter().map(value).collect())
    }
}

impl<'a, T, L> IntoIterator for &'a Column<T, L> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// The list after filters, before order and cut.
///
/// A task that returns one value per kept item returns a column of type `Column<_, OfKept>`; [`Self::row`] converts a row
/// of the page for it:
///
/// ```
/// # use live_pack_engine::{Column, Kept, OfKept, Page, TaskResult, test_util::Tiny};
/// struct Scores(Column<f64, OfKept>);
///
/// fn scores(kept: Kept<'_, Tiny>, found: Vec<f64>) -> TaskResult<Tiny, Scores> {
///     Ok(Scores(kept.column(found)?)) // fails if the values are not as many as the kept items
/// }
///
/// fn best(kept: Kept<'_, Tiny>, scores: &Scores) -> f64 {
///     kept.rows().map(|row| *scores.0.of(row)).fold(0.0, f64::max)
/// }
///
/// fn lines(page: Page<'_, Tiny>, kept: Kept<'_, Tiny>, scores: &Scores) -> Vec<String> {
///     page.rows().map(|row| format!("{}: {}", row.item, scores.0.of(kept.row(row)))).collect()
/// }
/// ```
///
/// A row of the page is not a row of the kept list:
///
/// ```compile_fail,E0308
/// # use live_pack_engine::{Column, OfKept, Page, test_util::Tiny};
/// fn lines(page: Page<'_, Tiny>, scores: &Column<f64, OfKept>) -> Vec<f64> {
///     page.rows().map(|row| *scores.of(row)).collect() // `scores.of(kept.row(row))`
/// }
/// ```
///
/// A sorter's key depends on the item, which has no row at that time: its input holds the keys by item id.
pub struct Kept<'a, S: Scene> {
    items: &'a [S::Item],
    places: &'a [u32],
}

impl<S: Scene> Clone for Kept<'_, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S: Scene> Copy for Kept<'_, S> {}

impl<S: Scene> std::fmt::Debug for Kept<'_, S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kept").field("len", &self.len()).finish()
    }
}

impl<'a, S: Scene> Kept<'a, S> {
    pub(crate) const fn new(items: &'a [S::Item], places: &'a [u32]) -> Self {
        Self { items, places }
    }

    /// Number of items that no filter rejected.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether every item was rejected.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The items that no filter rejected, in the order of the joined list.
    pub fn items(&self) -> impl ExactSizeIterator<Item = &'a S::Item> + use<'a, S> {
        List::<S::Item>::at(self.items, self.places)
    }

    /// The same items, each with its index.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = Row<'a, S::Item, OfKept>> + use<'a, S> {
        rows(self.places, self.items())
    }

    /// The row of an item on the page. Takes logarithmic time.
    #[must_use]
    pub fn row(&self, row: Row<'a, S::Item>) -> Row<'a, S::Item, OfKept> {
        let Row { place, item, .. } = row;
        // the kept items are in the order of the joined list and include those of the page
        let index = self.places.partition_point(|kept| *kept < place);
        Row { index: u32::try_from(index).unwrap_or(u32::MAX), place, item, list: PhantomData }
    }

    /// A column of values in the order of [`Self::items`].
    ///
    /// # Errors
    /// [`TaskFault::WrongLength`] if the number of values is not the number of rows.
    pub fn column<T>(&self, values: Vec<T>) -> TaskResult<S, Column<T, OfKept>> {
        Column::checked::<S>(values, self.len())
    }

    /// A column of the results of `value` for each row.
    pub fn map<T>(&self, value: impl FnMut(Row<'a, S::Item, OfKept>) -> T) -> Column<T, OfKept> {
        Column::new(self.rows().map(value).collect())
    }
}
