//! The shadow of a built-in engine, which compares the prices of a page with the current ones.

use std::time::Duration;

use serde_json::json;

use crate::{
    ask::room,
    stack::{Setup, Stack, engines, eventually},
};

const SOON: Duration = Duration::from_secs(5);

fn compared(stack: &Stack, result: &str) -> u64 {
    stack.counter("live_pack_shadows_total", &[("shadow", "FreshPriceLoader"), ("compared", result)])
}

#[tokio::test]
async fn pages_with_prices_that_are_out_of_date_are_counted() {
    let everywhere = json!({ "FreshPriceLoader": { "rollout": { "percent": 100 } } });
    let stack = Setup::default()
        .conf("LivePackEngineConf", engines(json!({ "timeout": "3s", "reserve": "20ms", "tasks": everywhere })))
        .conf("CacheConf", json!({ "caches": { "price": { "local_ttl": "1m" } } }))
        .start()
        .await;
    stack.bag(room(1001)).await;
    eventually(SOON, async || (compared(&stack, "equal") == 1).then_some(())).await;
    assert_eq!(compared(&stack, "different"), 0);

    // no product has a price any more, but the cache still has the old ones
    let rule = json!({ "rules": [{ "downstream": "product_price", "method": "MGetProductPrice", "answer": "empty" }] });
    stack.write_conf("livePackDownstreamRpcMock", &rule.to_string());
    eventually(SOON, async || {
        stack.answer(room(1001)).await;
        (compared(&stack, "different") > 0).then_some(())
    })
    .await;
}
