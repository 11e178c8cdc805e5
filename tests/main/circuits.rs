//! Open circuits and full bulkheads, as callers see them: status and message if the part is strong, `degraded` if it is weak.

use futures_util::future::join_all;
use live_pack_commerce::Fault;
use serde_json::{Value, json};

use crate::{
    json_client::{Answer, JsonClient},
    methods::{BUYER, named},
    stack::{Setup, Stack},
};

const METHOD: &str = "GetLiveBagData";

/// A stack without caches, with this entry for a service.
async fn stack(service: &str, entry: Value) -> Stack {
    let conf = json!({ "services": { service: entry } });
    Setup::default().without_caches().conf("DownstreamConf", conf).start().await
}

async fn bag(stack: &Stack) -> Answer {
    JsonClient::to(stack).await.ask(METHOD, &named(METHOD).request(1001, BUYER)).await
}

/// Code, kind and message of the `degraded` entry of a service.
fn loss<'a>(answer: &'a Answer, service: &str) -> Option<(i64, &'a str, &'a str)> {
    let lost = answer.list("/degraded").iter().find(|lost| lost["message"].as_str().unwrap().starts_with(service))?;
    Some((lost["code"].as_i64()?, lost["kind"].as_str()?, lost["message"].as_str()?))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_circuit_costs_a_weak_part_and_fails_a_strong_one() {
    let open = json!({ "breaker": { "forced": "open" } });
    let weak = stack("cart", open.clone()).await;
    let answer = bag(&weak).await;
    let message = "cart is not called at present: its circuit is open";
    assert_eq!((answer.code(), loss(&answer, "cart")), (0, Some((30_004, "open", message))));
    let refused = [("downstream", "cart"), ("kind", "open")];
    assert!(weak.counter("live_pack_rpc_calls_refused_total", &refused) >= 1);
    let strong = stack("live_data", open).await;
    let answer = bag(&strong).await;
    let message = "live_data is not called at present: its circuit is open";
    assert_eq!((answer.code(), answer.message()), (30_004, message));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_with_too_many_calls_under_way_is_reported_as_saturated() {
    let stack = stack("cart", json!({ "bulkhead": { "max": 1, "wait": "0ms" } })).await;
    stack.world.faults().set("cart.*", Fault { hang: true, ..Fault::default() }).unwrap();
    let answers = join_all((0..4).map(|_| bag(&stack))).await;
    assert!(answers.iter().all(|answer| answer.code() == 0));
    let told: Vec<_> = answers.iter().filter_map(|answer| loss(answer, "cart")).collect();
    let saturated = (30_002, "saturated", "cart has too many calls under way");
    assert!(told.contains(&saturated), "{told:?}");
    assert!(stack.counter("live_pack_rpc_calls_refused_total", &[("downstream", "cart"), ("kind", "saturated")]) >= 1);
}
