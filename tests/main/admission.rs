//! Admission over real sockets: a caller is identified by its source address.

use std::{net::SocketAddr, time::Duration};

use live_pack_idl::json::message;
use serde_json::json;
use tokio::net::TcpSocket;

use crate::{
    stack::{Setup, Stack, eventually},
    wire,
};

/// Status of a call from an address of this machine, for a viewer.
async fn status(stack: &Stack, source: [u8; 4], method: &str, viewer: i64) -> i32 {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::from((source, 0))).unwrap();
    let stream = socket.connect(stack.addr).await.unwrap();
    let request = json!({ "room": { "room_id": 1002 }, "user": { "user_id": viewer } });
    message::status(&wire::exchange_on(stream, &wire::frame_of(method, &request)).await, 1).unwrap()
}

const GATEWAY: [u8; 4] = [127, 0, 0, 2];
const FEED: [u8; 4] = [127, 0, 0, 3];
const STRANGER: [u8; 4] = [127, 0, 0, 4];

#[tokio::test]
async fn a_caller_is_identified_by_address_and_held_to_its_methods_and_rate() {
    let callers = json!({
        "unknown": { "name": "stranger", "class": "low", "methods": [] },
        "callers": [
            { "name": "gateway", "class": "critical", "addresses": ["127.0.0.2"] },
            { "name": "feed", "addresses": ["127.0.0.3/32"], "methods": ["GetLiveBagTab"] },
            // the client of the stack
            { "name": "tests", "addresses": ["127.0.0.1"] },
        ],
    });
    let rates = json!({ "rates": [{ "level": "interface", "caller": "feed", "limit": 2, "period": "1h" }] });
    let stack = Setup::default().conf("CallerConf", callers).conf("RateLimitConf", rates).start().await;
    for (name, source, method, expected) in [
        ("all methods", GATEWAY, "GetLiveRoomCommonInfo", 0),
        ("its method", FEED, "GetLiveBagTab", 0),
        ("a method not allowed", FEED, "GetLiveRoomCommonInfo", 10_003),
        ("no method", STRANGER, "GetLiveBagTab", 10_003),
        ("the second of two", FEED, "GetLiveBagTab", 0),
        ("the third call", FEED, "GetLiveBagTab", 10_005),
        ("another caller's rate", GATEWAY, "GetLiveBagTab", 0),
    ] {
        assert_eq!(status(&stack, source, method, 101).await, expected, "{name}");
    }
    let refused =
        |reason, class| stack.counter("live_pack_admission_refused_total", &[("reason", reason), ("class", class)]);
    assert_eq!((refused("forbidden", "normal"), refused("forbidden", "low"), refused("rate", "normal")), (1, 1, 1));
    assert_eq!(stack.counter("live_pack_requests_total", &[("code", "10003")]), 2);
    assert_eq!(stack.counter("live_pack_requests_total", &[("code", "10005")]), 1);
}

#[tokio::test]
async fn callers_and_rates_change_while_the_service_runs() {
    let stack = Stack::start().await;
    assert_eq!(status(&stack, FEED, "GetLiveBagTab", 0).await, 0);
    stack.write_conf("CallerConf", r#"{ "unknown": { "methods": [] } }"#);
    eventually(Duration::from_secs(10), async || {
        (status(&stack, FEED, "GetLiveBagTab", 0).await == 10_003).then_some(())
    })
    .await;
    stack.write_conf("CallerConf", r#"{ "unknown": { "methods": ["GetLiveBagTab"] } }"#);
    stack.write_conf("RateLimitConf", r#"{ "rates": [{ "level": "service", "limit": 1, "period": "1h" }] }"#);
    eventually(Duration::from_secs(10), async || {
        (status(&stack, FEED, "GetLiveBagTab", 0).await == 10_005).then_some(())
    })
    .await;
}
