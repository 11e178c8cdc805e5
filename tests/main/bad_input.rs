//! Requests that violate rules: the error message for the caller, and that the server keeps running.

use live_pack_idl::{
    json::message::{self, MessageError},
    live_pack::BagTab,
    schema::Schema,
};
use serde_json::json;

use crate::{
    ask::{Ask, code, room},
    stack::Stack,
    wire::{exchange, frame},
};

#[tokio::test]
async fn each_field_out_of_range_is_named_with_its_rule_and_its_value() {
    let stack = Stack::start().await;
    let many: Vec<i64> = (1..=201).collect();
    let mut negative = room(1001);
    negative.0.user.user_id = -7;
    let cases: [(Ask, [&str; 3]); 10] = [
        (room(0), ["room.room_id", "above 0", "0"]),
        (room(-5), ["room.room_id", "above 0", "-5"]),
        (room(1001).page(0, -1), ["page.count", "1 to 50", "-1"]),
        (room(1001).page(0, 51), ["page.count", "1 to 50", "51"]),
        (room(1001).page(-1, 20), ["page.cursor", "0 or above", "-1"]),
        (room(1001).without(&many), ["exclude_ids", "at most 200", "201"]),
        (room(1001).tab(BagTab::RECOMMEND), ["tab", "not built yet", "5"]),
        (room(1001).tab(BagTab::from(6)), ["tab", "ALL", "6"]),
        (negative, ["user.user_id", "0", "-7"]),
        (room(1001).from("usa", "en"), ["region", "usa", "letters"]),
    ];
    for (ask, parts) in cases {
        let answer = stack.answer(ask).await;
        let message = answer.base_resp.status_message.as_str();
        assert_eq!(code(&answer), 10_001, "{message}");
        for part in parts {
            assert!(message.contains(part), "{part:?} is not in {message:?}");
        }
        assert!(answer.products.is_empty() && answer.room_status.is_none());
    }
    assert!(stack.world.calls().is_empty(), "a bad request makes no downstream call");
}

#[tokio::test]
async fn all_faults_of_a_request_come_in_one_message() {
    let stack = Stack::start().await;
    let many: Vec<i64> = (1..=201).collect();
    let answer = stack.answer(room(-1).page(-2, 51).tab(BagTab::RECOMMEND).without(&many)).await;
    for field in ["room.room_id", "page.cursor", "page.count", "exclude_ids", "tab"] {
        assert!(answer.base_resp.status_message.contains(field), "{:?}", answer.base_resp);
    }
}

#[tokio::test]
async fn an_unserved_region_differs_from_a_malformed_one() {
    let stack = Stack::start().await;
    let unknown = stack.answer(room(1001).from("ZZ", "en")).await;
    assert_eq!(code(&unknown), 10_004);
    assert!(unknown.base_resp.status_message.contains("ZZ"), "{:?}", unknown.base_resp);
    for malformed in ["U", "USA", "U1", "合"] {
        assert_eq!(code(&stack.answer(room(1001).from(malformed, "en")).await), 10_001, "{malformed}");
    }
    assert_eq!(code(&stack.answer(room(1001).from("", "")).await), 0);
}

#[tokio::test]
async fn the_limits_themselves_are_allowed() {
    let stack = Stack::start().await;
    let ids: Vec<i64> = (1..=200).collect();
    assert_eq!(stack.bag(room(1001).page(0, 50).without(&ids)).await.products.len(), 50);
    assert_eq!(stack.bag(room(1001).page(0, 1)).await.products.len(), 1);
    let mut unpaged = room(1001);
    unpaged.0.page = None;
    assert_eq!(stack.bag(unpaged).await.products.len(), 20);
}

#[tokio::test]
async fn plain_framed_binary_is_also_answered() {
    let stack = Stack::start().await;
    let answer = exchange(&stack, &frame(&json!({ "room": { "room_id": 1001 }, "user": {} }))).await;
    let schema = Schema::embedded().unwrap();
    let data = message::answer(&schema, schema.method("GetLiveBagData").unwrap(), &answer, 1).unwrap();
    assert_eq!(data.get("products").unwrap().items().len(), 20);
    assert_eq!(data.get("BaseResp").unwrap().get("StatusCode").unwrap().as_int(), Some(0));
}

#[tokio::test]
async fn a_missing_mandatory_field_and_an_unknown_method_are_exceptions_and_the_server_keeps_running() {
    let stack = Stack::start().await;
    let unknown = {
        let mut frame = frame(&json!({ "room": { "room_id": 1001 }, "user": {} }));
        let at = frame.windows(14).position(|part| part == b"GetLiveBagData").unwrap();
        frame[at..at + 14].copy_from_slice(b"GetLiveBagDate");
        frame
    };
    for (frame, part) in [(frame(&json!({})), "room"), (unknown, "GetLiveBagDate")] {
        let answer = exchange(&stack, &frame).await;
        let Err(MessageError::Exception { message, .. }) = message::open(&answer, 1) else {
            panic!("an exception was expected")
        };
        assert!(message.contains(part), "{part:?} is not in {message:?}");
    }
    stack.bag(room(1001)).await;
}
