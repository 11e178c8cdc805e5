//! How often each downstream method is called for one answer: once at most, and not at all where the answer is at hand.

use std::{collections::BTreeMap, time::Duration};

use crate::{
    ask::{Ask, room},
    stack::{Stack, eventually},
};

/// Method, calls for a guest, calls for the buyer; both cold, room 1001, first page. What is asked about the buyer herself
/// is not kept, so the page and the pinned card, which are two engines, ask once each.
const COLD: [(&str, u64, u64); 16] = [
    ("auction.MGetRoomAuctions", 1, 1),
    ("cart.MCheckInCart", 0, 2),
    ("live_creator.MGetCreator", 1, 1),
    ("live_data.MGetRoom", 1, 1),
    ("product_detail.MGetProductDetail", 1, 1),
    ("product_model.MGetProductLite", 1, 1),
    ("product_model.MGetProductModel", 1, 1),
    ("product_price.MGetProductPrice", 1, 1),
    ("product_relation.GetRoomProducts", 1, 1),
    ("product_relation.MGetPinned", 1, 1),
    ("promotion_delivery.GetClaimState", 0, 1),
    ("promotion_delivery.MGetRoomVouchers", 1, 1),
    ("promotion_renderer.MGetFlashWindows", 1, 1),
    ("promotion_renderer.RenderProductPromotions", 1, 1),
    ("seller_core.MGetSeller", 1, 1),
    ("trade_chain.MCheckBuyable", 1, 2),
];

async fn calls(stack: &Stack, ask: Ask) -> BTreeMap<String, u64> {
    stack.world.faults().reset_calls();
    stack.bag(ask).await;
    stack.world.calls()
}

#[tokio::test]
async fn a_cold_answer_calls_each_method_it_needs_as_often_as_the_table_says() {
    let due = |of: fn(&(&'static str, u64, u64)) -> u64| -> BTreeMap<String, u64> {
        COLD.iter().map(|line| (line.0.to_owned(), of(line))).filter(|(_, calls)| *calls > 0).collect()
    };
    assert_eq!(calls(&Stack::start().await, room(1001)).await, due(|line| line.1), "a guest");
    assert_eq!(calls(&Stack::start().await, room(1001).by(101)).await, due(|line| line.2), "the buyer");
}

#[tokio::test]
async fn a_warm_answer_for_a_guest_calls_nobody() {
    let stack = Stack::start().await;
    // What moves is kept for half a second, which a busy machine may need for one answer.
    let warm = async || calls(&stack, room(1001)).await.is_empty().then_some(());
    eventually(Duration::from_secs(10), warm).await;
}

#[tokio::test]
async fn rooms_that_do_not_sell_ask_no_loader() {
    let stack = Stack::start().await;
    for room_id in [1003, 1004, 1011, 1012] {
        stack.world.faults().reset_calls();
        stack.answer(room(room_id).by(101)).await;
        for method in stack.world.calls().keys() {
            let loads = ["MGetProductModel", "MGetProductPrice", "MCheckBuyable", "MGetSeller", "MCheckInCart"];
            assert!(!loads.iter().any(|load| method.ends_with(load)), "{method} for room {room_id}");
        }
    }
}
