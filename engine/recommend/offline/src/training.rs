//! Training data: the binary user × item matrix, by row and by column.

use crate::log::Log;

/// Sparse binary matrix, row by row, columns ascending and distinct.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rows {
    starts: Vec<usize>,
    columns: Vec<u32>,
}

impl Rows {
    fn new(rows: usize, mut pairs: Vec<(u32, u32)>) -> Self {
        pairs.sort_unstable();
        pairs.dedup();
        let mut starts = Vec::with_capacity(rows + 1);
        let mut columns = Vec::with_capacity(pairs.len());
        starts.push(0);
        let mut pairs = pairs.into_iter().peekable();
        for row in 0..rows {
            while let Some((_, column)) = pairs.next_if(|(at, _)| *at as usize == row) {
                columns.push(column);
            }
            starts.push(columns.len());
        }
        Self { starts, columns }
    }

    /// Columns of one row, ascending; empty beyond the last row.
    #[must_use]
    pub fn row(&self, row: usize) -> &[u32] {
        let ends = (self.starts.get(row), self.starts.get(row + 1));
        let (Some(start), Some(end)) = ends else { return &[] };
        self.columns.get(*start..*end).unwrap_or_default()
    }

    /// All rows in order.
    pub fn iter(&self) -> impl Iterator<Item = &[u32]> {
        (0..self.len()).map(|row| self.row(row))
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Training interactions of a log. Users and items keep their log positions, even without training interactions.
#[derive(Debug, Clone)]
pub struct Training {
    /// Items of each user.
    pub by_user: Rows,
    /// Users of each item.
    pub by_item: Rows,
    /// Number of training interactions per item, including repetitions.
    pub popularity: Vec<u64>,
}

impl Training {
    /// The interactions of a log whose positions `keep` accepts.
    #[must_use]
    pub fn new(log: &Log, keep: impl Fn(usize) -> bool) -> Self {
        let rows = log.interactions().iter().enumerate().filter(|(at, _)| keep(*at)).map(|(_, row)| row);
        let pairs: Vec<_> = rows.map(|row| (row.user, row.item)).collect();
        let mut popularity = vec![0; log.items().len()];
        for (_, item) in &pairs {
            if let Some(count) = popularity.get_mut(*item as usize) {
                *count += 1;
            }
        }
        let by_item = Rows::new(log.items().len(), pairs.iter().map(|(user, item)| (*item, *user)).collect());
        Self { by_user: Rows::new(log.users().len(), pairs), by_item, popularity }
    }

    /// Number of users.
    #[must_use]
    pub fn users(&self) -> usize {
        self.by_user.len()
    }

    /// Number of items.
    #[must_use]
    pub fn items(&self) -> usize {
        self.by_item.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_directions_hold_the_same_pairs_once() {
        let log =
            Log::parse("h\n5\t9\t1\t1\n5\t8\t1\t2\n6\t9\t1\t3\n5\t9\t1\t4\n7\t7\t1\t5\n".as_bytes(), "log").unwrap();
        let training = Training::new(&log, |at| at != 4);
        assert_eq!(training.by_user.iter().collect::<Vec<_>>(), [&[1, 2][..], &[2], &[]]);
        assert_eq!(training.by_item.iter().collect::<Vec<_>>(), [&[][..], &[0], &[0, 1]]);
        assert_eq!(training.popularity, [0, 1, 3]);
        assert_eq!((training.by_user.row(3), training.users(), training.items()), (&[][..], 3, 3));
    }
}
