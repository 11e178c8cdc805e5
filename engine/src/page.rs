//! The page as an input, and columns: one value for each of its rows.

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

    /// Whether the page holds no item.
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
        self.items().enumerate().map(|(index, item)| Row { index, item })
    }

    /// Number of items that stayed, before the cut.
    #[must_use]
    pub fn total(&self) -> usize {
        self.list.total()
    }

    /// All items that stayed, in order, before the cut.
    pub fn ordered(&self) -> impl ExactSizeIterator<Item = &'a S::Item> + use<'a, S> {
        self.list.ordered()
    }

    /// The joined list and the order of [`Self::ordered`] in it, as values that other runs may share; `None` if one of
    /// them is of this run alone.
    #[must_use]
    pub fn remembered(&self) -> Option<RememberedList<'a, S::Item>> {
        let folded = self.list.folded;
        let items = self.list.remembered.filter(|_| folded.remembered)?;
        Some(RememberedList { items, order: &folded.order })
    }

    /// A column of the values, which stand in the order of the page.
    ///
    /// # Errors
    /// [`TaskFault::WrongLength`] if there is not one value for each row.
    pub fn column<T>(&self, values: Vec<T>) -> TaskResult<S, Column<T>> {
        if values.len() == self.len() {
            return Ok(Column { values });
        }
        let [rows, values] = [self.len(), values.len()].map(|count| u32::try_from(count).unwrap_or(u32::MAX));
        Err(TaskError::Fault(TaskFault::WrongLength { rows, values }))
    }

    /// A column of the value of `value` for each row.
    pub fn map<T>(&self, value: impl FnMut(Row<'a, S::Item>) -> T) -> Column<T> {
        Column { values: self.rows().map(value).collect() }
    }
}

/// A list whose parts other runs may share.
#[derive(Debug)]
pub struct RememberedList<'a, T> {
    /// The joined list.
    pub items: &'a Arc<Vec<T>>,
    /// The items that stayed, in order, as indices into it.
    pub order: &'a Arc<Vec<u32>>,
}

/// An item of the page with its index, which is the key of columns.
#[derive(Debug)]
pub struct Row<'a, T> {
    index: usize,
    /// The item.
    pub item: &'a T,
}

impl<T> Clone for Row<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Row<'_, T> {}

/// One value for each row of the page. Made by [`Page::column`], so that it is neither short nor shifted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column<T> {
    values: Vec<T>,
}

impl<T> Column<T> {
    /// The value of a row.
    ///
    /// # Panics
    /// If the row is of another engine's page: a column does not leave its engine.
    #[must_use]
    #[expect(clippy::indexing_slicing, reason = "rows and columns of an engine are made from its one page")]
    pub fn of<I>(&self, row: Row<'_, I>) -> &T {
        &self.values[row.index]
    }

    /// The values, in the order of the page.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.values.iter()
    }

    /// A column of what `value` makes of each value.
    pub fn map<U>(&self, value: impl FnMut(&T) -> U) -> Column<U> {
        Column { values: self.values.iter().map(value).collect() }
    }
}

impl<'a, T> IntoIterator for &'a Column<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// The list after filters, before order and cut.
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

    /// Whether no item stayed.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The items that no filter rejected, in the order of the joined list.
    pub fn items(&self) -> impl ExactSizeIterator<Item = &'a S::Item> + use<'a, S> {
        List::<S::Item>::at(self.items, self.places)
    }
}
