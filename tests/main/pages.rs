//! The order of a bag, its pages and its tabs.

use std::collections::BTreeSet;

use live_pack_commerce::Clock;
use live_pack_idl::live_pack::{BagTab, FlashSaleStatus, GetLiveBagDataResponse, StockState, VoucherState};

use crate::{
    ask::{Ask, ids, room, tab_count},
    stack::{NOW, Setup, Stack},
    truth::Truth,
};

/// All pages of a request in order.
async fn walk(stack: &Stack, ask: Ask, count: i32) -> Vec<GetLiveBagDataResponse> {
    let mut pages: Vec<GetLiveBagDataResponse> = Vec::new();
    loop {
        let cursor = pages.last().map_or(0, |page| page.next_cursor);
        let page = stack.bag(ask.clone().page(cursor, count)).await;
        assert!(pages.len() < 300 && (page.next_cursor > cursor) == page.has_more, "the cursor does not advance");
        let more = page.has_more;
        pages.push(page);
        if !more {
            return pages;
        }
    }
}

fn all_ids(pages: &[GetLiveBagDataResponse]) -> Vec<i64> {
    pages.iter().flat_map(ids).collect()
}

#[tokio::test]
async fn the_bag_follows_the_order_of_the_rules() {
    let stack = Stack::start().await;
    for (room_id, region) in [(1001, "US"), (1005, "US"), (1007, "US"), (1008, "US"), (1009, "US"), (2009, "JP")] {
        let truth = Truth::of(&stack, room_id, region).await;
        let found = all_ids(&walk(&stack, room(room_id).from(region, ""), 50).await);
        assert_eq!(found, truth.order(), "room {room_id}");
    }
}

#[tokio::test]
async fn the_full_room_has_a_product_of_each_place_in_the_order() {
    let stack = Stack::start().await;
    let truth = Truth::of(&stack, 1001, "US").await;
    let order = truth.order();
    assert_eq!(order[..3], [1_001_008, 1_001_003, 1_001_012]);
    let places: BTreeSet<u8> = order.iter().map(|id| truth.flash_place(*id).0).collect();
    assert_eq!(places, BTreeSet::from([0, 1, 2]));
    assert_eq!(truth.lites[order.last().unwrap()].stock, 0);
}

#[tokio::test]
async fn the_order_follows_the_clock_over_the_edges_of_flash_sales() {
    let stack = Setup::default().with_running_clock().without_caches().start().await;
    // At a frozen time no sale would run; with the real clock a sale may begin or end between two requests.
    let same = crate::stack::eventually(std::time::Duration::from_secs(20), async || {
        let before = Truth::of(&stack, 1008, "US").await.order();
        let found = ids(&stack.bag(room(1008)).await);
        let after = Truth::of(&stack, 1008, "US").await.order();
        (before == after).then_some(found == before)
    });
    assert!(same.await);
    stack.world.set_clock(Clock::Frozen(NOW));
}

#[tokio::test]
async fn following_the_cursor_shows_every_product_once() {
    let stack = Stack::start().await;
    for count in [20, 37, 50] {
        let pages = walk(&stack, room(1001), count).await;
        let found = all_ids(&pages);
        assert_eq!(found.len(), 200);
        assert_eq!(found.iter().collect::<BTreeSet<_>>().len(), 200);
        assert!(pages.iter().all(|page| page.total == 200 && page.bag_version == pages[0].bag_version));
        let last = pages.last().unwrap();
        assert_eq!((last.next_cursor, last.has_more), (0, false));
        assert!(pages[1..].iter().all(|page| page.pin.is_none() && page.auctions.is_empty()));
    }
}

#[tokio::test]
async fn excluded_products_are_hidden_and_nothing_else_moves() {
    let stack = Stack::start().await;
    let whole = stack.bag(room(1001)).await;
    let hidden = [1_001_008, whole.products[4].product_id, whole.products[19].product_id, 77];
    let less = stack.bag(room(1001).without(&hidden)).await;
    let left: Vec<i64> = ids(&whole).into_iter().filter(|id| !hidden.contains(id)).collect();
    assert_eq!(ids(&less), left);
    assert_eq!((less.total, less.next_cursor, less.has_more), (200, 20, true));
    let next = ids(&stack.bag(room(1001).without(&hidden).page(20, 20)).await);
    assert_eq!(next, ids(&stack.bag(room(1001).page(20, 20)).await));
    let none = stack.bag(room(1001).without(&ids(&whole))).await;
    assert_eq!((none.products.len(), none.total, none.next_cursor, none.empty_text.as_str()), (0, 200, 20, ""));
}

#[tokio::test]
async fn a_cursor_past_the_end_is_an_empty_last_page() {
    let stack = Stack::start().await;
    for cursor in [200, 201, i64::MAX] {
        let answer = stack.bag(room(1001).page(cursor, 20)).await;
        assert_eq!((answer.products.len(), answer.total), (0, 200), "{cursor}");
        assert_eq!((answer.next_cursor, answer.has_more, answer.empty_text.as_str()), (0, false, ""), "{cursor}");
    }
}

#[tokio::test]
async fn the_numbers_on_the_tabs_are_the_totals_of_the_tabs() {
    let stack = Stack::start().await;
    for room_id in [1001, 1007, 1008, 1009, 2003] {
        for user_id in [0, 101] {
            let all = stack.bag(room(room_id).by(user_id)).await;
            for tab in [BagTab::ALL, BagTab::FLASH_SALE, BagTab::AUCTION, BagTab::VOUCHER] {
                let answer = stack.bag(room(room_id).by(user_id).tab(tab)).await;
                let total = if tab == BagTab::AUCTION { answer.auction_total } else { answer.total };
                let place = format!("room {room_id}, user {user_id}, tab {tab:?}");
                match tab_count(&all, tab) {
                    Some(count) => assert_eq!(count, total, "{place}"),
                    // A tab is listed if it contains something; no tab is listed if there is no choice.
                    None => assert!(total == 0 || all.tabs.is_empty(), "{place}"),
                }
                assert_eq!(answer.tabs, all.tabs, "{place}");
            }
            assert!(all.tabs.first().is_none_or(|first| first.tab == BagTab::ALL && !first.text.is_empty()));
        }
    }
}

#[tokio::test]
async fn the_flash_sale_tab_holds_running_and_announced_sales() {
    let stack = Stack::start().await;
    let truth = Truth::of(&stack, 1001, "US").await;
    let due: Vec<i64> = truth.order().into_iter().filter(|id| truth.flash_place(*id).0 < 2).collect();
    let pages = walk(&stack, room(1001).tab(BagTab::FLASH_SALE), 20).await;
    assert_eq!(all_ids(&pages), due);
    for card in pages.iter().flat_map(|page| &page.products) {
        let sale = card.flash_sale.as_ref().unwrap();
        assert!(matches!(sale.status, FlashSaleStatus::ONGOING | FlashSaleStatus::PREHEAT), "{sale:?}");
    }
}

#[tokio::test]
async fn the_voucher_tab_holds_products_that_a_claimable_voucher_applies_to() {
    let stack = Stack::start().await;
    let pages = walk(&stack, room(1001).tab(BagTab::VOUCHER), 50).await;
    let cards: Vec<_> = pages.iter().flat_map(|page| &page.products).collect();
    assert!((1..200).contains(&cards.len()), "{}", cards.len());
    let open = |state| matches!(state, VoucherState::CLAIMABLE | VoucherState::TASK_REQUIRED);
    for card in &cards {
        assert!(card.vouchers.iter().any(|voucher| open(voucher.state)), "{}", card.product_id);
    }
    let on_tab: BTreeSet<i64> = cards.iter().map(|card| card.product_id).collect();
    for card in walk(&stack, room(1001), 50).await.iter().flat_map(|page| &page.products) {
        let has = card.vouchers.iter().any(|voucher| open(voucher.state));
        assert_eq!(has, on_tab.contains(&card.product_id), "{} {:?}", card.product_id, card.vouchers);
    }
}

#[tokio::test]
async fn sold_out_products_follow_the_stock_policy() {
    let stack = Setup::default().conf("StockPolicyConf", serde_json::json!({ "policy": "HIDE" })).start().await;
    let hidden = stack.bag(room(1005)).await;
    assert_eq!(hidden.total, 1, "a pinned product is never dropped for stock");
    assert!(hidden.products[0].is_pinned && hidden.products[0].stock == StockState::SOLD_OUT);
    assert_eq!(stack.bag(room(1001)).await.total, 192);
}
