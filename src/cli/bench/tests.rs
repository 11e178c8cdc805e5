//! The load generator against a real server.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests")]

use std::{collections::BTreeMap, sync::Arc};

use live_pack_admission::Admission;
use prometheus::Registry;
use tokio::time::Instant;

use super::{
    load::{Plan, Stop, Tally, run},
    *,
};
use crate::{
    metrics::ServerMetrics,
    server::{self, Lifecycle, ServerOptions},
    testing::{Behaviour, layered},
};

async fn plan(behaviour: Behaviour) -> Plan {
    let listener = server::bind("127.0.0.1:0".parse().unwrap(), "--addr").unwrap();
    let addr = listener.local_addr().unwrap();
    let metrics = Arc::new(ServerMetrics::new(&Registry::new()).unwrap());
    let lifecycle = Arc::new(Lifecycle::default());
    let (options, open) = (ServerOptions::default(), Arc::new(Admission::open()));
    let service = layered(behaviour, options.calls, &open, &metrics);
    tokio::spawn(server::serve(listener, service, options, open, metrics, lifecycle));
    let schema = Schema::embedded().unwrap();
    let fields = Fields { room: vec![1], ..Fields::default() };
    Plan {
        frame: call::frame(&schema, schema.method("GetLiveBagTab").unwrap(), serde_json::json!({}), &fields).unwrap(),
        route: addr.into(),
        connections: 4,
        stop: Stop::Requests(200),
        rate: None,
        timeout: Duration::from_secs(5),
        slo: Duration::from_secs(5),
        resend: false,
    }
}

fn good_and_all(tally: &Tally) -> (u64, u64) {
    (tally.good, tally.latency.len())
}

#[tokio::test]
async fn the_closed_loop_makes_exactly_the_calls_asked_for() {
    let tally = run(plan(Behaviour::Status(0)).await).await.unwrap();
    assert_eq!(good_and_all(&tally), (200, 200));
    assert!(tally.errors.is_empty());
}

#[tokio::test]
async fn an_answer_with_another_status_is_an_answer_and_not_a_good_one() {
    let tally = run(plan(Behaviour::Status(20001)).await).await.unwrap();
    assert_eq!(good_and_all(&tally), (0, 200));
    assert_eq!(tally.statuses, BTreeMap::from([(20001, 200)]));
}

#[tokio::test]
async fn exceptions_and_refused_connections_are_errors_by_kind() {
    let tally = run(plan(Behaviour::Panic).await).await.unwrap();
    assert_eq!(tally.errors, BTreeMap::from([("exception", 200)]));
    let nowhere: std::net::SocketAddr = ([127, 0, 0, 1], 1).into();
    let nobody = Plan { route: nowhere.into(), stop: Stop::Requests(3), ..plan(Behaviour::Status(0)).await };
    assert_eq!(run(nobody).await.unwrap().errors, BTreeMap::from([("cannot connect", 3)]));
}

#[tokio::test]
async fn the_open_loop_keeps_its_rate() {
    let started = Instant::now();
    let plan = Plan { rate: Some(500), stop: Stop::Requests(100), ..plan(Behaviour::Status(0)).await };
    let tally = run(plan).await.unwrap();
    assert_eq!(good_and_all(&tally), (100, 100));
    assert!(started.elapsed() >= Duration::from_millis(198), "{:?}", started.elapsed());
}

#[tokio::test]
async fn the_open_loop_charges_the_wait_for_a_free_connection_to_the_server() {
    // One connection and 50 ms per call: ten calls that should all start within 10 ms queue up to half a second.
    let slow = plan(Behaviour::Slow(Duration::from_millis(50))).await;
    let tally = run(Plan { rate: Some(1000), stop: Stop::Requests(10), connections: 1, ..slow }).await.unwrap();
    assert_eq!(tally.latency.len(), 10);
    assert!(tally.latency.max() >= 480_000, "{} µs", tally.latency.max());
    assert!(tally.latency.min() >= 50_000 && tally.latency.min() < 200_000, "{} µs", tally.latency.min());
}
