//! The metrics that servers export are exactly those of the table.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write as _,
    process::{Command, Stdio},
    time::Duration,
};

use live_pack_commerce::Fault;
use live_pack_dal::Downstream;
use live_pack_metrics::GROUPS;

use super::{fleet::Fleet, prometheus::program};
use crate::{
    ask::room,
    fault_proxy::Tamper,
    listener::certificates,
    serve::{Serve, http},
    stack::{Setup, eventually},
};

/// Maximum number of series of one process.
const MOST_SERIES: usize = 5_000;

/// Name and kind of each metric in an exposition.
fn families(text: &str) -> BTreeMap<&str, &str> {
    let types = text.lines().filter_map(|line| line.strip_prefix("# TYPE "));
    types.map(|line| line.split_once(' ').unwrap()).collect()
}

/// The metrics of a server with TLS: only such a server has certificates.
async fn with_tls() -> String {
    let folder = tempfile::tempdir().unwrap();
    certificates(folder.path());
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (certificate, key) = (path("server.pem"), path("server.key"));
    let ports = ["--addr", "127.0.0.1:0", "--ops-addr", "127.0.0.1:0"];
    let serve = Serve::start_with(&[&ports[..], &["--tls-cert", &certificate, "--tls-key", &key]].concat());
    // the files are examined in the background during startup
    eventually(Duration::from_secs(10), async || {
        let metrics = http(&serve.ops, "GET /metrics", "")?.1;
        metrics.contains("# TYPE live_pack_tls_certificate_expiry_seconds ").then_some(metrics)
    })
    .await
}

/// The metrics of a stack whose price messages the guard refuses.
async fn with_refused_answers() -> String {
    let stack = Setup::default().behind(Downstream::ProductPrice, &[Tamper::HugeLength]).start().await;
    stack.answer(room(1001)).await;
    prometheus::TextEncoder::new().encode_to_string(&stack.registry.gather()).unwrap()
}

fn check(metrics: &str) {
    let mut promtool = Command::new(program("promtool"));
    let mut promtool =
        promtool.args(["check", "metrics"]).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    promtool.stdin.take().unwrap().write_all(metrics.as_bytes()).unwrap();
    let output = promtool.wait_with_output().unwrap();
    let found = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && found.is_empty(), "{found}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_metric_of_the_table_is_exported_and_no_other() {
    let fleet = Fleet::start("1s").await;
    let mut client = fleet.client().await;
    fleet.round(&mut client).await;
    // failures, retries, an open circuit; an instance that is sometimes slow, and hedges
    fleet.eu.iter().for_each(|world| {
        world.faults().set("product_price.*", Fault { refuse: true, ..Fault::default() }).unwrap();
    });
    let slow = Fault { delay_ms: 80, every_nth_call: 5, ..Fault::default() };
    fleet.worlds.iter().for_each(|world| world.faults().set("live_data.MGetRoom", slow).unwrap());
    let late =
        ["rpc_errors_total", "rpc_retries_total", "rpc_hedges_total", "rpc_breaker_state", "rpc_calls_refused_total"];
    eventually(Duration::from_secs(90), async || {
        fleet.round(&mut client).await;
        let text = fleet.metrics();
        late.iter().all(|name| text.contains(&format!("# TYPE live_pack_{name} "))).then_some(())
    })
    .await;

    let metrics = fleet.metrics();
    let series = metrics.lines().filter(|line| !line.starts_with('#')).count();
    assert!(series <= MOST_SERIES, "{series} series, more than {MOST_SERIES}:\n{}", largest(&metrics));
    println!("{series} series after every method in every route group, with three instances each");
    check(&metrics);

    let others = [with_tls().await, with_refused_answers().await];
    let mut exported = families(&metrics);
    others.iter().for_each(|text| exported.extend(families(text)));
    let shop = of_shop();
    exported.extend(families(&shop));
    let due: BTreeMap<_, _> =
        GROUPS.iter().flat_map(|group| group.families).map(|family| (family.name, family.kind.name())).collect();
    let unknown: Vec<_> = exported.iter().filter(|row| due.get(row.0) != Some(row.1)).collect();
    assert_eq!(unknown, Vec::new(), "exported, but not in the table with this kind");
    let missing: Vec<_> = due.iter().filter(|row| exported.get(row.0) != Some(row.1)).collect();
    assert_eq!(missing, Vec::new(), "in the table, but not exported with this kind");
    check(&shop);
}

/// The metrics of the shop's server, after a request of each kind.
#[cfg(feature = "shop")]
fn of_shop() -> String {
    use crate::{serve::run, shop};

    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let data = data.to_str().unwrap();
    assert_eq!(run(&["shop", "migrate", "--data", data]).0, Some(0));
    assert_eq!(run(&["shop", "seed", "--data", data]).0, Some(0));
    let served = shop::serve(data);
    for path in ["/v1/products/9000001", "/v1/products/9000001", "/v1/products"] {
        shop::get(&served.addr, path);
    }
    shop::get(&served.addr, "/metrics").split_once("\r\n\r\n").unwrap().1.to_owned()
}

/// The ten metrics with the most series.
fn largest(metrics: &str) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for line in metrics.lines().filter(|line| !line.starts_with('#')) {
        *counts.entry(line.split(['{', ' ']).next().unwrap()).or_default() += 1;
    }
    let rows: BTreeSet<_> = counts.into_iter().map(|(name, count)| (count, name)).collect();
    rows.iter().rev().take(10).map(|(count, name)| format!("{count} {name}\n")).collect()
}
