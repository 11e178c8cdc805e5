//! Runs the worked example.

#![allow(clippy::expect_used, missing_docs, reason = "tests")]

#[path = "../examples/recall_rank_fill.rs"]
mod example;

use example::{Request, recommend, recommendations};

#[tokio::test(start_paused = true)]
async fn it_recalls_until_enough_are_left_and_merges_the_pinned_book() {
    let (cards, record) = recommend(&recommendations(), &Request { count: 3, pinned: Some(42) }).await;
    assert_eq!(cards, ["pinned: book 42 (42.webp)", "book 6 (6.webp)", "book 12 (12.webp)", "book 3 (3.webp)"]);
    assert_eq!(record.line(), "Recommendations 30.000ms");
    let attached: Vec<_> = record.attached().map(|(at, record)| (at, record.line())).collect();
    let feed = "Feed 30.000ms; filter jumped to recall".to_owned();
    assert_eq!(attached, [("Feed", feed), ("PinnedEngine", "PinnedEngine 10.000ms".to_owned())]);
    assert_eq!(record.critical_path(), ["Feed", "page"]);
}

#[tokio::test(start_paused = true)]
async fn it_leaves_out_the_branch_when_nothing_is_pinned() {
    let (cards, record) = recommend(&recommendations(), &Request { count: 2, pinned: None }).await;
    assert_eq!(cards, ["book 6 (6.webp)", "book 3 (3.webp)"]);
    assert_eq!(record.line(), "Recommendations 30.000ms; PinnedEngine skipped: not needed: nothing_pinned");
}
