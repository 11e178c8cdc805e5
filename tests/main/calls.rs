//! Number of calls per downstream method for one answer: at most one per engine, one in total for data that engines share,
//! and none if the data are cached.

use std::collections::BTreeMap;

use serde_json::json;

use crate::{
    ask::room,
    json_client::JsonClient,
    methods::{BUYER, GUEST, all, named},
    stack::Stack,
};

/// The maximum number of calls for a guest and for the buyer, each the first of its stack; one column per method, in
/// the order of the contract. A number above 1 occurs where engines load products of their own: the page, the pinned
/// card, the preview with its own bag, the shop, the vouchers' prices, two slots in a feed, the room that needs the
/// buyer's age. An engine does not fetch again what another one has fetched, so there may be fewer calls. The buyer's own
/// data are not cached: the pinned card takes them from the page.
#[rustfmt::skip]
const COLD: [(&str, &str); 24] = [
    //                                              1  2  3  4  5  6  7  8  9  10 11 12 13 14 15
    ("auction.GetBidderState",                     ".. 01 .. .. .. 01 01 .. .. 01 .. .. 01 01 .."),
    ("auction.GetSurpriseSet",                     ".. .. .. .. .. .. .. .. .. .. .. .. .. 11 .."),
    ("auction.MGetRoomAuctions",                   "11 11 .. 11 .. 11 11 .. 11 .. .. .. 11 .. 11"),
    ("cart.GetCartCount",                          ".. 01 .. .. .. 01 .. .. .. .. .. .. 01 .. .."),
    ("cart.MCheckInCart",                          ".. 01 01 01 .. 01 01 .. .. .. .. .. .. .. .."),
    ("live_creator.MGetCreator",                   "11 11 11 11 11 11 11 11 11 11 11 11 11 11 11"),
    ("live_data.MGetRoom",                         "11 11 11 11 11 11 11 11 11 11 11 11 11 11 11"),
    ("live_data.MGetRoomStats",                    ".. 11 .. .. .. 11 .. .. .. .. .. .. 11 .. .."),
    ("product_detail.MGetProductDetail",           ".. 11 11 11 .. 33 11 .. .. .. .. 11 .. .. .."),
    ("product_model.MGetProductLite",              "01 12 11 11 11 23 11 11 11 .. .. 11 01 .. 11"),
    ("product_model.MGetProductModel",             ".. 22 11 11 11 33 11 11 .. .. .. 11 .. .. 22"),
    ("product_price.MGetProductPrice",             ".. 22 11 11 11 44 11 11 .. .. 11 11 .. .. 22"),
    ("product_relation.GetRoomProducts",           ".. 22 11 11 11 11 .. 11 11 .. 11 .. .. .. 11"),
    ("product_relation.GetShowcase",               ".. .. .. .. .. 11 .. .. .. .. .. 11 .. .. .."),
    ("product_relation.MGetBagSummary",            "11 11 .. .. .. 11 .. .. .. .. .. .. 11 .. .."),
    ("product_relation.MGetPinned",                "11 11 11 11 .. 11 11 11 11 .. .. .. 11 .. 11"),
    ("product_relation.MGetRoomProductRelation",   ".. .. .. .. .. .. 11 .. .. .. .. .. .. .. .."),
    ("promotion_delivery.GetBanners",              ".. 11 .. .. .. 11 .. .. .. 11 .. .. .. .. .."),
    ("promotion_delivery.GetClaimState",           ".. 01 01 01 .. 01 01 .. 01 01 01 .. .. .. 01"),
    ("promotion_delivery.MGetRoomVouchers",        "11 11 11 11 .. 11 11 .. 11 11 11 .. 11 .. 11"),
    ("promotion_renderer.MGetFlashWindows",        ".. 11 11 11 11 11 11 11 11 .. .. .. .. .. 11"),
    ("promotion_renderer.RenderProductPromotions", ".. 22 11 11 11 33 11 11 .. .. .. 11 .. .. 22"),
    ("seller_core.MGetSeller",                     ".. 22 11 11 .. 33 11 .. .. .. .. 11 .. .. .."),
    ("trade_chain.MCheckBuyable",                  ".. 11 11 11 .. 11 11 .. .. .. .. .. .. .. .."),
];

/// Data that are never cached, because the caller wants to know what has changed.
const UNKEPT: [(&str, &str); 4] = [
    ("GetLiveBagRefresh", "product_relation.MGetRoomProductRelation"),
    ("GetLiveBagAssemble", "product_model.MGetProductLite"),
    ("GetLiveBagCreatorShopInfo", "product_model.MGetProductLite"),
    ("GetSurpriseSetDetail", "auction.GetSurpriseSet"),
];

type Calls = BTreeMap<String, u64>;

/// The downstream calls for one answer.
async fn calls(stack: &Stack, line: &mut JsonClient, method: &str, request: &serde_json::Value) -> Calls {
    stack.world.faults().reset_calls();
    line.whole(method, request).await;
    stack.world.calls()
}

#[tokio::test]
async fn a_cold_answer_calls_each_method_it_needs_as_often_as_the_table_says() {
    let mut faults = Vec::new();
    for method in all() {
        for (at, viewer) in [(0, GUEST), (1, BUYER)] {
            let due = |(name, row): &(&str, &str)| {
                let cell = row.split(' ').nth(method.number() - 1).unwrap().chars().nth(at).unwrap();
                Some(((*name).to_owned(), u64::from(cell.to_digit(10)?))).filter(|(_, calls)| *calls > 0)
            };
            let due: Calls = COLD.iter().filter_map(due).collect();
            let stack = Stack::start().await;
            let found = calls(&stack, &mut JsonClient::to(&stack).await, method.name, &method.at_home(viewer)).await;
            let more = found.iter().filter(|(name, calls)| due.get(*name).is_none_or(|most| *calls > most));
            let missing = due.iter().filter(|(name, _)| !found.contains_key(*name));
            let wrong: Vec<_> = more.chain(missing).collect();
            if !wrong.is_empty() {
                faults.push(format!("{} for {}: {wrong:?}", method.name, viewer.user_id));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[tokio::test]
async fn fifty_rooms_cost_one_call_per_method() {
    let stack = Stack::start().await;
    let mut request = named("MGetRoomLiteData").at_home(BUYER);
    request["rooms"] = (3001..=3050).map(|room_id| json!({ "room_id": room_id })).collect();
    let found = calls(&stack, &mut JsonClient::to(&stack).await, "MGetRoomLiteData", &request).await;
    assert!(found.len() >= 6 && found.values().all(|calls| *calls == 1), "{found:?}");
}

#[tokio::test]
async fn slots_of_one_room_share_calls() {
    let stack = Stack::start().await;
    let mut request = named("MGetFcpEcomComponent").at_home(BUYER);
    request["slots"] = (0..20).map(|_| json!({ "room": { "room_id": 1001 } })).collect();
    let found = calls(&stack, &mut JsonClient::to(&stack).await, "MGetFcpEcomComponent", &request).await;
    let shared = ["MGetRoom", "MGetCreator", "GetRoomProducts", "MGetProductLite", "MGetPinned", "MGetRoomVouchers"];
    for method in shared {
        let calls: Vec<_> = found.iter().filter(|(name, _)| name.ends_with(&format!(".{method}"))).collect();
        assert!(calls.len() == 1 && calls.iter().all(|(_, calls)| **calls == 1), "{calls:?}");
    }
}

#[tokio::test]
async fn a_warm_answer_for_a_guest_makes_no_call() {
    let stack = Stack::start().await;
    let mut line = JsonClient::to(&stack).await;
    for method in all() {
        let kept = |name: &str| UNKEPT.iter().all(|(of, unkept)| (*of, *unkept) != (method.name, name));
        let request = method.at_home(GUEST);
        // Fast-changing data are cached for half a second. A busy machine may need longer for one answer.
        let mut left = Calls::new();
        for _ in 0..20 {
            left = calls(&stack, &mut line, method.name, &request).await;
            left.retain(|name, _| kept(name));
            if left.is_empty() {
                break;
            }
        }
        assert!(left.is_empty(), "{} still calls {left:?}", method.name);
    }
}

#[tokio::test]
async fn rooms_that_do_not_sell_run_no_loader() {
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
