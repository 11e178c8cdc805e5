//! Paging: the range of the page in the ordered bag, and the start of the next one.

use std::ops::Range;

/// A page of an ordered list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The range of the page; always inside the list.
    pub range: Range<usize>,
    /// Entries consumed after this page; 0 at the end.
    pub next_cursor: i64,
    /// Whether more entries follow.
    pub has_more: bool,
}

/// The page of `count` entries after the first `cursor` entries of a list of `total`.
///
/// At the end `next_cursor` is 0 and `has_more` false; a cursor past the end gives an empty page there. A negative cursor or
/// count is read as 0: requests are validated earlier.
#[must_use]
pub fn page(total: usize, cursor: i64, count: i32) -> Page {
    let start = usize::try_from(cursor.max(0)).unwrap_or(usize::MAX).min(total);
    let end = start.saturating_add(usize::try_from(count.max(0)).unwrap_or(usize::MAX)).min(total);
    let has_more = end < total;
    let next_cursor = if has_more { i64::try_from(end).unwrap_or(i64::MAX) } else { 0 };
    Page { range: start..end, next_cursor, has_more }
}

#[cfg(test)]
mod tests {
    use super::page;

    /// name, total, cursor, count, range, next cursor, more
    type Case = (&'static str, usize, i64, i32, (usize, usize), i64, bool);

    const CASES: &[Case] = &[
        ("the first page of many", 200, 0, 20, (0, 20), 20, true),
        ("the second page", 200, 20, 20, (20, 40), 40, true),
        ("the last full page", 200, 180, 20, (180, 200), 0, false),
        ("one before the last", 200, 179, 20, (179, 199), 199, true),
        ("a last page that is not full", 45, 40, 20, (40, 45), 0, false),
        ("exactly one page", 20, 0, 20, (0, 20), 0, false),
        ("one more than a page", 21, 0, 20, (0, 20), 20, true),
        ("one less than a page", 19, 0, 20, (0, 19), 0, false),
        ("an empty bag", 0, 0, 20, (0, 0), 0, false),
        ("an empty bag with a cursor", 0, 7, 20, (0, 0), 0, false),
        ("a cursor at the end", 45, 45, 20, (45, 45), 0, false),
        ("a cursor past the end", 45, 46, 20, (45, 45), 0, false),
        ("a cursor far past the end", 45, i64::MAX, 20, (45, 45), 0, false),
        ("single entries", 3, 1, 1, (1, 2), 2, true),
        ("the last single entry", 3, 2, 1, (2, 3), 0, false),
        ("the largest page", 200, 0, 50, (0, 50), 50, true),
        ("a cursor between pages", 200, 33, 20, (33, 53), 53, true),
        ("more than there is", 3, 0, i32::MAX, (0, 3), 0, false),
        ("a negative cursor reads as none", 30, -1, 20, (0, 20), 20, true),
        ("a negative count reads as none", 30, 5, -1, (5, 5), 5, true),
    ];

    #[test]
    fn a_page_starts_at_the_cursor_and_ends_within_the_list() {
        for &(name, total, cursor, count, (start, end), next_cursor, has_more) in CASES {
            let got = page(total, cursor, count);
            assert_eq!((got.range, got.next_cursor, got.has_more), (start..end, next_cursor, has_more), "{name}");
        }
    }

    #[test]
    fn following_the_cursor_visits_every_entry_once() {
        for total in [0, 1, 19, 20, 21, 200] {
            for count in [1, 3, 20, 50] {
                let (mut cursor, mut seen) = (0, Vec::new());
                loop {
                    let page = page(total, cursor, count);
                    seen.extend(page.range.clone());
                    assert_eq!(page.has_more, page.next_cursor != 0);
                    if !page.has_more {
                        break;
                    }
                    cursor = page.next_cursor;
                }
                assert_eq!(seen, (0..total).collect::<Vec<_>>(), "{total} by {count}");
            }
        }
    }
}
