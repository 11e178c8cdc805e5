//! The same request at the same instant gets the same answer, byte for byte.

use serde_json::{Value, json};

use crate::{
    stack::{Setup, Stack},
    wire::{exchange, frame},
};

/// Every room of the contract for a guest, a buyer and a generated user, and some other pages and tabs.
fn questions() -> Vec<Value> {
    let ask = |room_id: i64, user_id: i64, more: Value| {
        let user = json!({ "user_id": user_id, "device_id": "a device", "region": "US", "language": "en" });
        let mut ask = json!({ "room": { "room_id": room_id }, "user": user });
        ask.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        ask
    };
    let rooms = (1001..=1012).chain([2003, 2009, 3001, 3050]);
    let mut asks: Vec<_> =
        rooms.flat_map(|room_id| [0, 101, 10_007].map(|user_id| ask(room_id, user_id, json!({})))).collect();
    asks.push(ask(1001, 101, json!({ "tab": "VOUCHER" })));
    asks.push(ask(1001, 0, json!({ "tab": "FLASH_SALE", "page": { "cursor": 7, "count": 33 } })));
    asks
}

async fn answers(stack: &Stack) -> Vec<Vec<u8>> {
    let mut answers = Vec::new();
    for ask in questions() {
        answers.push(exchange(stack, &frame(&ask)).await);
    }
    answers
}

#[tokio::test]
async fn a_second_call_a_second_start_and_no_caches_change_no_byte() {
    let first = Stack::start().await;
    let cold = answers(&first).await;
    let warm = answers(&first).await;
    drop(first);
    let restarted = answers(&Stack::start().await).await;
    let uncached = answers(&Setup::default().without_caches().start().await).await;
    for (at, ask) in questions().iter().enumerate() {
        assert!(cold[at].len() > 50, "{ask}");
        assert!(cold[at] == warm[at], "the second answer differs: {ask}");
        assert!(cold[at] == restarted[at], "the answer after a restart differs: {ask}");
        assert!(cold[at] == uncached[at], "the answer without caches differs: {ask}");
    }
}
