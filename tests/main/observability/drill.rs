//! The drill: one downstream service becomes slow for one route group. Service, route group, tasks and methods are
//! identified from scraped metrics and rules alone.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use live_pack_commerce::Fault;
use serde_json::{Value, json};
use tokio::{task::JoinSet, time::Instant};

use super::{
    fleet::{Fleet, REGIONS, keep_calling},
    prometheus::Prometheus,
    rules::expressions,
};
use crate::{
    stack::{engines, eventually},
    traces::hex,
};

/// Seconds that represent a minute of the rules.
const MINUTE: u64 = 2;

/// Six scaled minutes.
const HEALTHY: Duration = Duration::from_secs(12);

/// Time limit for an alert to fire.
const SOON: Duration = Duration::from_secs(60);

/// Time limit for the server to become healthy on a machine that is busy with other work.
const SETTLED: Duration = Duration::from_secs(240);

/// The value of a label in a result.
fn label<'a>(labels: &'a BTreeMap<String, String>, name: &str) -> &'a str {
    labels.get(name).map_or("", String::as_str)
}

/// Repeats `wrong` until it finds nothing, for at most [`SETTLED`]: on a busy machine calls are few and slow.
async fn settles<T: std::fmt::Debug>(what: &str, mut wrong: impl FnMut() -> Option<T>) {
    let end = Instant::now() + SETTLED;
    while let Some(found) = wrong() {
        assert!(Instant::now() < end, "{what}: {found:#?}");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// Waits until each panel has data.
async fn panels_have_data(prometheus: &Prometheus) {
    let is_empty = |(_, expression): &(String, String)| {
        let asked = expression.replace("$job", "live-pack").replace("$group", ".*").replace("$__rate_interval", "10s");
        prometheus.query(&asked).is_empty()
    };
    settles("panels without data", || {
        let empty: Vec<_> = expressions().into_iter().filter(is_empty).collect();
        (!empty.is_empty()).then_some(empty)
    })
    .await;
}

/// Asserts that nothing fires for [`HEALTHY`], and that each panel has data.
async fn all_is_well(prometheus: &Prometheus) {
    tokio::time::sleep(HEALTHY).await;
    let fired = format!(r#"count_over_time(ALERTS{{alertstate="firing"}}[{}s])"#, HEALTHY.as_secs());
    settles("no fault was injected, but these have fired", || {
        let fired = prometheus.query(&fired);
        (!fired.is_empty()).then_some(fired)
    })
    .await;
    panels_have_data(prometheus).await;
}

/// Asserts that the alerts name downstream, method and route group of slow calls, and no other group.
async fn the_destination_is_named(prometheus: &Prometheus) {
    let destination = ["product_price", "MGetProductPrice", "EU"];
    let of = |labels: &BTreeMap<String, String>| {
        ["downstream", "method", "group"].map(|name| label(labels, name).to_owned())
    };
    assert_eq!(of(&prometheus.fires("LivePackDownstreamErrors", SOON).await), destination);
    assert_eq!(of(&prometheus.fires("LivePackCircuitOpen", SOON).await), destination);
    let timeouts = r#"sum by (downstream, method, group) (increase(live_pack_rpc_errors_total{kind="timeout"}[60s]))"#;
    settles("most time-outs have another destination", || {
        let found = prometheus.query(&format!("topk(1, {timeouts})"));
        let found: Vec<_> = found.iter().map(|(labels, _)| of(labels)).collect();
        (found != [destination.map(str::to_owned)]).then_some(found)
    })
    .await;
    settles("other groups are affected", || {
        prometheus.firing().into_iter().find(|labels| !matches!(label(labels, "group"), "" | "EU"))
    })
    .await;
}

/// Asserts that the metrics name the tasks that failed or timed out, and the methods whose answers suffer.
async fn tasks_and_methods_are_named(prometheus: &Prometheus) {
    let late = r#"sum by (engine, task) (increase(live_pack_task_outcomes_total{outcome=~"timed_out|cut_off|failed"}[60s])) > 0"#;
    let task = ("LiveBagProductsEngine", "ProductPriceLoader");
    settles("the task is not among those that failed", || {
        let late = prometheus.query(late);
        let named = late.iter().any(|(labels, _)| (label(labels, "engine"), label(labels, "task")) == task);
        (!named).then_some(late)
    })
    .await;
    let bad = r#"sum by (method) (increase(live_pack_degraded_answers_total[60s]))
        + (sum by (method) (increase(live_pack_requests_total{code=~"[35]...."}[60s])) or 0 * sum by (method) (live_pack_degraded_answers_total)) > 0"#;
    settles("methods whose answers suffer", || {
        let bad = prometheus.query(bad);
        let methods: BTreeSet<_> = bad.iter().map(|(labels, _)| label(labels, "method").to_owned()).collect();
        (!methods.contains("GetLiveBagData") || methods.contains("GetLiveBagTab")).then_some(methods)
    })
    .await;
}

/// One timed-out call of a viewer in the EU: its record names the call of the service, the trace of the record has the same
/// call as a failed span, and the log has a line with the same ids.
async fn one_call_is_found_in_record_span_and_log(fleet: &Fleet) {
    let is_late = |call: &&Value| call["service"] == "product_price" && call["end"] == "timeout";
    let (record, span) = eventually(SOON, async || {
        let spans = fleet.collector.spans();
        fleet.records("GetLiveBagData").into_iter().filter(|record| record["route_group"] == "EU").find_map(|record| {
            let call = record["calls"].as_array()?.iter().find(is_late)?;
            let span = spans.iter().find(|span| call["span_id"] == hex(&span.span_id))?.clone();
            Some((record, span))
        })
    })
    .await;
    assert_eq!((span.name.as_str(), record["trace_id"] == hex(&span.trace_id)), ("MGetProductPrice", true));
    let line = eventually(SOON, async || fleet.log_lines(record["trace_id"].as_str()?).pop()).await;
    assert_eq!((&line["log_id"], &line["method"]), (&record["log_id"], &record["method"]), "{line}");
}

/// Calls from all regions, sequential in each.
async fn traffic(fleet: &Fleet) -> JoinSet<()> {
    let mut traffic = JoinSet::new();
    for region in REGIONS {
        traffic.spawn(keep_calling(fleet.client().await, region));
    }
    traffic
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes five minutes on an otherwise idle machine: make healthy"]
async fn nothing_fires_in_five_healthy_minutes() {
    let fleet = Fleet::start("3s").await;
    let _traffic = traffic(&fleet).await;
    let prometheus = Prometheus::start(&fleet.serve.ops, 60).await;
    tokio::time::sleep(Duration::from_secs(300)).await;
    let answered = prometheus.query(r#"sum(increase(live_pack_requests_total{code="0"}[4m])) > 100"#);
    assert_eq!(answered.len(), 1, "the server has answered, and Prometheus has seen it");
    // an unreachable Prometheus returns no result, which would prove nothing
    let number = prometheus.query("count(last_over_time(ALERTS[5m])) or vector(0)");
    let alerts = prometheus.query("last_over_time(ALERTS[5m])");
    assert_eq!(number, [(BTreeMap::new(), 0.0)], "fired or pending: {alerts:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_downstream_of_one_group_is_found_by_metrics_and_alerts() {
    let mut fleet = Fleet::start("3s").await;
    let mut traffic = traffic(&fleet).await;
    let prometheus = Prometheus::start(&fleet.serve.ops, MINUTE).await;
    all_is_well(&prometheus).await;

    let slow = Fault { delay_ms: 2_000, ..Fault::default() };
    fleet.eu.iter().for_each(|world| world.faults().set("product_price.*", slow).unwrap());
    fleet.write_conf("LivePackEngineConf", &engines(json!({ "timeout": "400ms", "reserve": "20ms" })).to_string());
    // enough calls to open the breaker of the EU
    for _ in 0..4 {
        traffic.spawn(keep_calling(fleet.client().await, "DE"));
    }
    the_destination_is_named(&prometheus).await;
    tasks_and_methods_are_named(&prometheus).await;
    one_call_is_found_in_record_span_and_log(&fleet).await;
    panels_have_data(&prometheus).await;

    // further faults that are quick to inject
    fleet.write_conf("PollConf", "{");
    prometheus.fires("LivePackConfigRejected", SOON).await;
    fleet.redis.kill();
    prometheus.fires("LivePackRedisLost", SOON).await;
    traffic.shutdown().await;
    fleet.serve.child.kill().unwrap();
    prometheus.fires("LivePackInstanceDown", SOON).await;
}
