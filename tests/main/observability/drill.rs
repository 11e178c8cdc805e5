//! The drill: one downstream service becomes slow for one route group. What, where and whom it concerns is found in what
//! Prometheus has scraped, by our rules alone. A minute of the rules takes two seconds here.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use live_pack_commerce::Fault;
use tokio::task::JoinSet;

use super::{
    fleet::{Fleet, REGIONS, keep_calling},
    prometheus::Prometheus,
    rules::expressions,
};

/// Six minutes of the rules.
const HEALTHY: Duration = Duration::from_secs(12);

/// Time within which an alert must fire.
const SOON: Duration = Duration::from_secs(60);

/// The value of a label in a result.
fn label<'a>(labels: &'a BTreeMap<String, String>, name: &str) -> &'a str {
    labels.get(name).map_or("", String::as_str)
}

/// Each panel has something to show.
fn panels_have_data(prometheus: &Prometheus) {
    let empty: Vec<_> = expressions()
        .into_iter()
        .filter(|(_, expression)| {
            let asked =
                expression.replace("$job", "live-pack").replace("$group", ".*").replace("$__rate_interval", "10s");
            prometheus.find(&asked).is_empty()
        })
        .collect();
    assert!(empty.is_empty(), "panels without data: {empty:#?}");
}

/// The destination of a slow call: downstream, method, route group.
fn slowest(prometheus: &Prometheus) -> BTreeSet<[String; 3]> {
    let found = prometheus.find("live_pack:rpc_slow:ratio_rate5m > 0.5");
    found
        .iter()
        .map(|(labels, _)| ["downstream", "method", "group"].map(|name| label(labels, name).to_owned()))
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_downstream_of_one_group_is_found_by_metrics_and_alerts() {
    let mut fleet = Fleet::start("400ms").await;
    let mut traffic = JoinSet::new();
    // enough calls for the breaker of the EU to tell
    for region in REGIONS.into_iter().chain(["DE"; 4]) {
        traffic.spawn(keep_calling(fleet.client().await, region));
    }
    let prometheus = Prometheus::start(&fleet.serve.ops).await;

    tokio::time::sleep(HEALTHY).await;
    assert_eq!(prometheus.firing(), Vec::new(), "nothing is wrong yet");
    panels_have_data(&prometheus);

    let slow = Fault { delay_ms: 2_000, ..Fault::default() };
    fleet.eu.iter().for_each(|world| world.faults().set("product_price.*", slow).unwrap());
    let alert = prometheus.fires("LivePackDownstreamErrors", SOON).await;
    let destination = ["product_price", "MGetProductPrice", "EU"];
    assert_eq!(["downstream", "method", "group"].map(|name| label(&alert, name)), destination);
    prometheus.fires("LivePackTaskTimeouts", SOON).await;
    prometheus.fires("LivePackCircuitOpen", SOON).await;
    // at first each call hangs; then the circuit is open, and only trials do
    let found = prometheus.find(
        "topk(1, sum by (downstream, method, group) (increase(live_pack_rpc_errors_total{kind=\"timeout\"}[60s])))",
    );
    let found: Vec<_> = ["downstream", "method", "group"].into_iter().map(|name| label(&found[0].0, name)).collect();
    assert_eq!(found, destination);
    let others: Vec<_> =
        prometheus.firing().into_iter().filter(|labels| !matches!(label(labels, "group"), "" | "EU")).collect();
    assert_eq!(others, Vec::new(), "other groups are well");

    let tasks = prometheus.find(
        "sum by (engine, task) (increase(live_pack_task_outcomes_total{outcome=~\"timed_out|cut_off\"}[60s])) > 0",
    );
    let tasks: BTreeSet<_> = tasks.iter().map(|(labels, _)| (label(labels, "engine"), label(labels, "task"))).collect();
    assert!(tasks.contains(&("LiveBagProductsEngine", "ProductPriceLoader")), "{tasks:?}");
    let methods = prometheus.find("sum by (method) (increase(live_pack_degraded_answers_total[60s])) + sum by (method) (increase(live_pack_requests_total{code=~\"[35]....\"}[60s])) > 0");
    let methods: BTreeSet<_> = methods.iter().map(|(labels, _)| label(labels, "method")).collect();
    assert!(methods.contains("GetLiveBagData") && !methods.contains("GetLiveBagTab"), "{methods:?}");
    panels_have_data(&prometheus);
    println!("slow: {:?}; tasks: {tasks:?}; methods: {methods:?}", slowest(&prometheus));

    // Further faults that can be brought about in a moment.
    fleet.write_conf("PollConf", "{");
    prometheus.fires("LivePackConfigRejected", SOON).await;
    fleet.redis.kill();
    prometheus.fires("LivePackRedisLost", SOON).await;
    traffic.shutdown().await;
    fleet.serve.child.kill().unwrap();
    prometheus.fires("LivePackInstanceDown", SOON).await;
}
