//! The screens of a client before entering and alongside the bag: the pinned card, previews, refreshes, feed slots, and lists
//! of rooms.

use serde_json::{Value, json};

use crate::{
    json_client::{Answer, JsonClient, each_field},
    methods::{BUYER, GUEST, Viewer, named},
    stack::{Setup, Stack},
};

/// The answer to the request of the table with some additional fields.
async fn ask(line: &mut JsonClient, method: &str, room_id: i64, viewer: Viewer, more: Value) -> Answer {
    let mut request = named(method).request(room_id, viewer);
    request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    line.whole(method, &request).await
}

fn product_ids(answer: &Answer, list: &str) -> Vec<i64> {
    answer.list(list).iter().map(|card| card["product_id"].as_i64().unwrap()).collect()
}

fn buttons(answer: &Answer) -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    each_field(&answer.0, &mut |name, value| {
        let buttons = value.as_array().filter(|_| name == "buttons").into_iter().flatten();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        found.extend(buttons.map(|it| (text(&it["kind"]), text(&it["state"]), text(&it["reason"]))));
    });
    found
}

#[tokio::test]
async fn a_pin_that_the_client_knows_is_not_drawn_again() {
    let stack = Stack::start().await;
    let mut line = JsonClient::to(&stack).await;
    for room_id in [1001, 1009] {
        let version = ask(&mut line, "GetPinCardData", room_id, BUYER, json!({})).await.at("/pin/version").clone();
        assert!(version.as_i64().unwrap() >= 1, "pins count from 1");
        for known in [json!(0), json!(version.as_i64().unwrap() - 1), json!(version.as_i64().unwrap() + 1)] {
            let answer = ask(&mut line, "GetPinCardData", room_id, BUYER, json!({ "known_version": known })).await;
            assert!(answer.at("/pin").is_object() && answer.at("/unchanged") == false, "{room_id} {known}");
        }
        let stack = Setup::default().without_caches().start().await;
        let mut line = JsonClient::to(&stack).await;
        let answer = ask(&mut line, "GetPinCardData", room_id, BUYER, json!({ "known_version": version })).await;
        assert!(answer.at("/pin").is_null() && answer.at("/unchanged") == true, "{room_id}");
        let loads = ["MGetProductModel", "MGetProductPrice", "RenderProductPromotions", "MCheckBuyable", "MGetSeller"];
        for method in stack.world.calls().keys() {
            assert!(!loads.iter().any(|load| method.ends_with(load)), "{room_id} calls {method}");
        }
    }
}

#[tokio::test]
async fn a_sold_out_product_stays_pinned_and_without_a_pin_there_is_none() {
    let stack = Stack::start().await;
    let mut line = JsonClient::to(&stack).await;
    let sold_out = ask(&mut line, "GetPinCardData", 1005, BUYER, json!({})).await;
    assert_eq!(sold_out.at("/pin/product/stock"), "SOLD_OUT");
    for (_, state, reason) in buttons(&sold_out) {
        assert_eq!((state.as_str(), reason.as_str()), ("DISABLED", "SOLD_OUT"));
    }
    for room_id in [1002, 1006, 1007] {
        for method in ["GetPinCardData", "GetPreviewPinCardData"] {
            let none = ask(&mut line, method, room_id, BUYER, json!({})).await;
            assert!(none.at("/pin").is_null(), "{method} of room {room_id}");
        }
    }
    // A voucher depends on the viewer, so none is shown before entering.
    assert!(ask(&mut line, "GetPreviewPinCardData", 1009, BUYER, json!({})).await.at("/pin").is_null());
    assert_eq!(ask(&mut line, "GetPinCardData", 1009, BUYER, json!({})).await.at("/pin/kind"), "VOUCHER");
}

#[tokio::test]
async fn before_entering_nothing_is_personal_and_products_can_only_be_viewed() {
    let stack = Stack::start().await;
    let mut line = JsonClient::to(&stack).await;
    for method in ["GetLiveBagPreviewData", "GetPreviewPinCardData"] {
        for room_id in [1001, 1005, 1008, 2001] {
            let guest = ask(&mut line, method, room_id, GUEST, json!({})).await;
            for user_id in [101, 103, 104, 10_007] {
                let other = ask(&mut line, method, room_id, Viewer { user_id, ..GUEST }, json!({})).await;
                assert_eq!(other, guest, "{method} of room {room_id} for {user_id}");
            }
            for (kind, state, _) in buttons(&guest) {
                assert_eq!((kind.as_str(), state.as_str()), ("VIEW", "ENABLED"), "{method} of room {room_id}");
            }
        }
    }
}

#[tokio::test]
async fn a_preview_is_the_beginning_of_what_is_in_stock() {
    let stack = Stack::start().await;
    let mut line = JsonClient::to(&stack).await;
    let ten = ask(&mut line, "GetLiveBagPreviewData", 1001, GUEST, json!({ "count": 10 })).await;
    let ids = product_ids(&ten, "/products");
    assert_eq!((ids.len(), &ids[..2]), (10, &[1_001_003, 1_001_012][..]), "the host's top products come first");
    assert!(ten.list("/products").iter().all(|card| card["stock"] != "SOLD_OUT"));
    for count in 1..10 {
        let some = ask(&mut line, "GetLiveBagPreviewData", 1001, GUEST, json!({ "count": count })).await;
        assert_eq!(product_ids(&some, "/products"), ids[..count]);
        assert_eq!(some.at("/total"), ten.at("/total"));
    }
    let none = ask(&mut line, "GetLiveBagPreviewData", 1005, GUEST, json!({})).await;
    assert_eq!((none.at("/products"), none.at("/total")), (&json!([]), &json!(0)));
}

#[tokio::test]
async fn a_refresh_keeps_the_clients_order_and_names_what_dropped() {
    let stack = Stack::start().await;
    let mut line = JsonClient::to(&stack).await;
    // All products of the room with every kind that must not be shown, in reverse, and one of another room.
    let shown: Vec<i64> = (1_010_001..=1_010_028).rev().chain([1_001_001]).collect();
    let answer = ask(&mut line, "GetLiveBagRefresh", 1010, BUYER, json!({ "product_ids": shown })).await;
    let kept = product_ids(&answer, "/products");
    let due: Vec<i64> = [1_010_027, 1_010_025].into_iter().chain((1_010_001..=1_010_014).rev()).collect();
    assert_eq!(kept, due);
    let dropped: Vec<i64> = answer.list("/removed_ids").iter().map(|id| id.as_i64().unwrap()).collect();
    let rest: Vec<i64> = shown.into_iter().filter(|id| !kept.contains(id)).collect();
    assert_eq!(dropped, rest);
    // Sold-out products stay on the screen.
    let all: Vec<i64> = (1_005_001..=1_005_012).collect();
    let sold_out = ask(&mut line, "GetLiveBagRefresh", 1005, BUYER, json!({ "product_ids": all })).await;
    assert_eq!(product_ids(&sold_out, "/products"), all);
    assert!(sold_out.list("/products").iter().all(|card| card["stock"] == "SOLD_OUT"));
}

#[tokio::test]
async fn a_refresh_says_when_to_reload_and_when_to_poll_again() {
    let stack = Stack::start().await;
    let mut line = JsonClient::to(&stack).await;
    for (known, reload) in [(0, false), (7, false), (6, true), (8, true)] {
        let answer = ask(&mut line, "GetLiveBagRefresh", 1001, BUYER, json!({ "known_bag_version": known })).await;
        assert_eq!((answer.at("/need_full_reload"), answer.at("/bag_version")), (&json!(reload), &json!(7)), "{known}");
    }
    // A sale of item 5 of room 1007 starts in a second; on the screens of the others nothing changes within the poll interval.
    for (room_id, poll_ms) in [(1001, 10_000), (1006, 10_000), (1007, 1_000)] {
        let answer = ask(&mut line, "GetLiveBagRefresh", room_id, BUYER, json!({})).await;
        assert_eq!(answer.at("/next_poll_ms"), &json!(poll_ms), "room {room_id}");
    }
}

#[tokio::test]
async fn the_end_of_a_countdown_is_not_answered_from_caches() {
    let stack = Stack::start().await;
    let mut line = JsonClient::to(&stack).await;
    ask(&mut line, "GetLiveBagRefresh", 1001, GUEST, json!({})).await;
    stack.world.faults().reset_calls();
    ask(&mut line, "GetLiveBagRefresh", 1001, GUEST, json!({ "reason": "COUNTDOWN_END" })).await;
    let calls = stack.world.calls();
    for method in ["MGetFlashWindows", "RenderProductPromotions", "MGetProductPrice", "MGetProductLite"] {
        assert!(calls.keys().any(|name| name.ends_with(&format!(".{method}"))), "{method} is not in {calls:?}");
    }
}

#[tokio::test]
async fn a_feed_slot_shows_the_most_urgent_component_that_it_requests() {
    let scenes = json!({
        "default": { "components": ["ecom_auction", "ecom_flash_sale", "ecom_pin_card", "ecom_voucher", "ecom_bag_entry"] },
        "scenes": { "search": { "components": ["ecom_bag_entry"], "strip_count": 2 } },
    });
    let stack = Setup::default().conf("FcpComponentConf", scenes).start().await;
    let mut line = JsonClient::to(&stack).await;
    let all = ["ecom_bag_entry", "ecom_voucher", "ecom_pin_card", "ecom_flash_sale", "ecom_auction"];
    let slot = |room_id: i64, scene: &str, keys: &[&str]| json!({ "room": { "room_id": room_id }, "scene": scene, "component_keys": keys });
    let cases: [(Value, &[(&str, &str)]); 12] = [
        (slot(1007, "feed", &all), &[("ecom_auction", "AUCTION")]),
        (slot(1006, "feed", &all), &[("ecom_auction", "SURPRISE_SET")]),
        (slot(1001, "feed", &all), &[("ecom_flash_sale", "PRODUCT")]),
        (slot(1001, "feed", &all[..3]), &[("ecom_pin_card", "PRODUCT")]),
        (slot(1009, "feed", &all[..3]), &[("ecom_voucher", "VOUCHER")]),
        (slot(1001, "feed", &all[..2]), &[("ecom_voucher", "VOUCHER")]),
        (slot(1001, "feed", &all[..1]), &[("ecom_bag_entry", "NONE")]),
        (slot(1001, "feed", &[]), &[("ecom_flash_sale", "PRODUCT")]),
        (slot(1001, "search", &[]), &[("ecom_bag_entry", "NONE")]),
        (slot(1001, "feed", &["ads_card"]), &[]),
        (slot(1002, "feed", &all), &[]),
        (
            slot(1001, "search", &["ecom_product_strip", "ecom_pin_card"]),
            &[("ecom_pin_card", "PRODUCT"), ("ecom_product_strip", "NONE")],
        ),
    ];
    let slots: Vec<_> = cases.iter().map(|(slot, _)| slot.clone()).collect();
    let answer = ask(&mut line, "MGetFcpEcomComponent", 1001, BUYER, json!({ "slots": slots })).await;
    for ((slot, due), result) in cases.iter().zip(answer.list("/results")) {
        let components = result["components"].as_array().unwrap();
        let found: Vec<_> =
            components.iter().map(|it| (it["component_key"].as_str().unwrap(), it["kind"].as_str().unwrap())).collect();
        assert_eq!(found, *due, "{slot}");
        assert_eq!((&result["scene"], &result["room_id"]), (&slot["scene"], &slot["room"]["room_id"]));
        for component in components {
            let (key, expire_ms) = (&component["component_key"], component["expire_ms"].as_i64().unwrap());
            assert!(expire_ms > crate::stack::NOW && component["schema_version"] == 1, "{key}");
            let strip = component["strip"].as_array().unwrap().len();
            assert_eq!(strip, if key == "ecom_product_strip" { 2 } else { 0 }, "{key}");
        }
    }
}

#[tokio::test]
async fn a_list_of_rooms_says_what_each_room_has() {
    let stack = Stack::start().await;
    let mut line = JsonClient::to(&stack).await;
    let cases = [
        (1001, "has_bag has_flash_sale has_voucher", 200, "PRODUCT"),
        (1002, "", 0, "NONE"),
        (1003, "", 0, "NONE"),
        (1005, "has_bag has_voucher", 12, "PRODUCT"),
        (1006, "has_bag has_auction", 0, "NONE"),
        (1007, "has_bag has_flash_sale has_voucher has_auction", 16, "NONE"),
        (1009, "has_bag has_flash_sale has_voucher", 20, "VOUCHER"),
    ];
    let rooms: Vec<_> = cases.iter().map(|(room_id, ..)| json!({ "room_id": room_id })).collect();
    let answer = ask(&mut line, "MGetRoomLiteData", 1001, BUYER, json!({ "rooms": rooms })).await;
    for (room_id, has, count, pinned) in cases {
        let room = answer.at(&format!("/rooms/{room_id}"));
        for flag in ["has_bag", "has_flash_sale", "has_voucher", "has_auction"] {
            assert_eq!(room[flag], has.split(' ').any(|it| it == flag), "{flag} of room {room_id}");
        }
        assert_eq!((&room["bag_count"], &room["pinned_kind"]), (&json!(count), &json!(pinned)), "room {room_id}");
        assert_eq!(room["entry_text"] == "", has.is_empty(), "room {room_id}");
        let alone = ask(&mut line, "GetLiveRoomCommonInfo", room_id, BUYER, json!({})).await;
        assert_eq!(alone.at("/room/lite"), room, "the room's own answer is the same");
    }
}
