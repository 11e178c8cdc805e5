//! Pages of lists.

/// The rows of a page, and the token of the next page. `rows` has one more row than the page if there is a next page.
pub(crate) fn cut<T>(mut rows: Vec<T>, page_size: i64, id: impl Fn(&T) -> i64) -> (Vec<T>, Option<String>) {
    let size = usize::try_from(page_size).unwrap_or_default();
    if rows.len() <= size {
        return (rows, None);
    }
    rows.truncate(size);
    let token = rows.last().map(|row| id(row).to_string());
    (rows, token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_a_token_only_if_there_are_more_rows() {
        for (rows, page, token) in
            [(vec![], vec![], None), (vec![1, 2], vec![1, 2], None), (vec![1, 2, 3], vec![1, 2], Some("2".to_owned()))]
        {
            assert_eq!(cut(rows, 2, |id| *id), (page, token));
        }
    }
}
