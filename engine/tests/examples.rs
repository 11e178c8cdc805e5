//! Runs the examples.

#![allow(clippy::expect_used, missing_docs, reason = "tests")]

#[path = "../examples/five_stages.rs"]
mod five_stages;
#[path = "../examples/recall_rank_fill.rs"]
mod recall_rank_fill;
#[path = "../examples/two_branches.rs"]
mod two_branches;

use recall_rank_fill::{Request, recommend, recommendations};
use two_branches::{Page, fill, profile_page};

#[tokio::test(start_paused = true)]
async fn a_board_is_shown_with_and_without_delays() {
    let (lines, record) = five_stages::board(&five_stages::plan(true)).await;
    assert_eq!(lines, ["07:40 Liège on time", "07:55 Ostend +4", "08:05 Ghent on time"]);
    assert_eq!(record.line(), "BoardEngine 30.000ms");
    assert_eq!(record.rejected().collect::<Vec<_>>(), [(3, "GoneFilter", "gone")]);
    let (lines, record) = five_stages::board(&five_stages::plan(false)).await;
    assert_eq!(lines, ["07:40 Liège", "07:55 Ostend", "08:05 Ghent"]);
    assert_eq!(record.line(), "BoardEngine 30.000ms; DelayLoader failed: the delay service does not answer");
}

#[tokio::test(start_paused = true)]
async fn a_profile_page_needs_its_strong_branch_only() {
    let flow = profile_page();
    let filled = async |user, with_friends| {
        let mut page = Page { user, with_friends, ..Page::default() };
        let (ended, record) = fill(&flow, &mut page).await;
        (ended.map_err(|error| error.to_string()), page.friends, record.line())
    };
    assert_eq!(filled(7, true).await, (Ok(()), Some(12), "ProfilePage 20.000ms".to_owned()));
    let skipped = "ProfilePage 10.000ms; FriendEngine skipped: not needed: not_requested".to_owned();
    assert_eq!(filled(7, false).await, (Ok(()), None, skipped));
    assert_eq!(
        filled(8, true).await,
        (Ok(()), None, "ProfilePage 50.000ms; FriendEngine failed: timed out".to_owned())
    );
    let (ended, friends, _) = filled(0, true).await;
    let error = ended.expect_err("the profile is strong");
    assert!(error.starts_with("NameEngine failed: ") && error.contains("the service of profiles"), "{error}");
    assert_eq!(friends, None);
}

#[tokio::test(start_paused = true)]
async fn it_recalls_until_enough_books_are_left_and_merges_the_pinned_book() {
    let (cards, record) = recommend(&recommendations(), &Request { count: 3, pinned: Some(42) }).await;
    assert_eq!(cards, ["pinned: book 42 (42.webp)", "book 6 (6.webp)", "book 12 (12.webp)", "book 3 (3.webp)"]);
    assert_eq!(record.line(), "Recommendations 30.000ms");
    let attached: Vec<_> = record.attached().map(|(at, record)| (at, record.line())).collect();
    let feed = "Feed 30.000ms; filter jumped to recall".to_owned();
    assert_eq!(attached, [("Feed", feed), ("PinnedEngine", "PinnedEngine 10.000ms".to_owned())]);
    assert_eq!(record.critical_path(), ["Feed", "page"]);
}

#[tokio::test(start_paused = true)]
async fn it_skips_the_branch_if_nothing_is_pinned() {
    let (cards, record) = recommend(&recommendations(), &Request { count: 2, pinned: None }).await;
    assert_eq!(cards, ["book 6 (6.webp)", "book 3 (3.webp)"]);
    assert_eq!(record.line(), "Recommendations 30.000ms; PinnedEngine skipped: not needed: nothing_pinned");
}
