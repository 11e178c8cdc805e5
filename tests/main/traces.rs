//! Traces of calls as a collector receives them, from the caller's span down to that of the downstream service.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use live_pack_dal::{Downstream, model::TraceParent};
use live_pack_telemetry::testing::{Collector, otlp::trace::v1::Span};
use serde_json::{Value, json};

use crate::{
    fault_proxy::Tamper,
    json_client::JsonClient,
    methods::{GUEST, named},
    serve::Serve,
    stack::Setup,
};

/// A batch of spans is exported 1 s after its first span; the rest allows for a busy machine.
const SOON: Duration = Duration::from_secs(15);
const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const CALLER: &str = "b7ad6b7169203331";

/// A stack without caches whose head sampling takes this share.
fn tracing(share: f64, collector: &Collector) -> Setup {
    let conf = json!({ "records": 0, "traces": share, "slow": "0ms" });
    Setup::default().without_caches().conf("LogConf", conf).exporting(collector)
}

fn traced(mut request: Value, flags: &str) -> Value {
    request["Base"] = json!({ "Extra": { "traceparent": format!("00-{TRACE}-{CALLER}-{flags}") } });
    request
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The spans by their ids.
fn by_id(spans: &[Span]) -> BTreeMap<String, &Span> {
    spans.iter().map(|span| (hex(&span.span_id), span)).collect()
}

/// Names of a span and its ancestors, up to the request.
fn path<'a>(spans: &BTreeMap<String, &'a Span>, mut id: String) -> Vec<&'a str> {
    let mut path = Vec::new();
    while let Some(span) = spans.get(&id) {
        path.push(span.name.as_str());
        id = hex(&span.parent_span_id);
    }
    path
}

#[tokio::test]
async fn the_trace_of_a_caller_leads_from_its_span_to_the_one_that_the_service_received() {
    let collector = Collector::start().await.unwrap();
    let stack = tracing(0.0, &collector).tapped(Downstream::ProductPrice).start().await;
    let bag = named("GetLiveBagData");
    JsonClient::to(&stack).await.whole(bag.name, &traced(bag.at_home(GUEST), "01")).await;
    let all = collector.wait_for(SOON, |spans| !spans.is_empty()).await;
    assert!(all.iter().all(|span| hex(&span.trace_id) == TRACE));
    let spans = by_id(&all);
    assert_eq!(spans.len(), all.len(), "each span has its own id");
    let roots: Vec<_> = all.iter().filter(|span| hex(&span.parent_span_id) == CALLER).collect();
    assert_eq!(roots.iter().map(|span| span.name.as_str()).collect::<Vec<_>>(), [bag.name]);

    let of_price = |span: &&Span| span.name == "MGetProductPrice";
    let prices: BTreeSet<String> = all.iter().filter(of_price).map(|span| hex(&span.span_id)).collect();
    let received = stack.tap.as_ref().unwrap().trace_parents();
    let received: BTreeSet<String> =
        received.iter().map(|text| TraceParent::parse(text).unwrap().span.to_string()).collect();
    assert_eq!(prices, received);
    let ways: BTreeSet<Vec<&str>> = prices.into_iter().map(|id| path(&spans, id)).collect();
    let page = vec!["MGetProductPrice", "ProductPriceLoader", "LiveBagProductsEngine", "GetLiveBagData"];
    assert!(ways.contains(&page), "{ways:?}");
    for (id, span) in &spans {
        assert_eq!(path(&spans, id.clone()).last(), Some(&bag.name), "{} is not connected to the request", span.name);
        let parent = spans.get(&hex(&span.parent_span_id));
        assert!(parent.is_none_or(|parent| parent.start_time_unix_nano <= span.start_time_unix_nano), "{}", span.name);
    }
}

#[tokio::test]
async fn traces_are_sampled_by_the_share_unless_the_caller_has_decided() {
    let tab = named("GetLiveBagTab");
    for (share, flags, expected) in
        [(1.0, None, true), (0.0, None, false), (1.0, Some("00"), false), (0.0, Some("01"), true)]
    {
        let collector = Collector::start().await.unwrap();
        let stack = tracing(share, &collector).tapped(Downstream::LiveData).start().await;
        let request = tab.at_home(GUEST);
        let request = flags.map_or_else(|| request.clone(), |flags| traced(request.clone(), flags));
        JsonClient::to(&stack).await.whole(tab.name, &request).await;
        let sent = stack.tap.as_ref().unwrap().trace_parents();
        assert!(!sent.is_empty(), "every call sends a context");
        assert!(sent.iter().all(|text| TraceParent::parse(text).unwrap().is_sampled == expected), "{share} {flags:?}");
        let within = if expected { SOON } else { Duration::from_secs(2) };
        let spans = collector.wait_for(within, |spans| !spans.is_empty()).await;
        assert_eq!(!spans.is_empty(), expected, "{share} {flags:?}");
    }
}

#[tokio::test]
async fn a_degraded_call_is_traced_whatever_the_share_with_its_error() {
    let collector = Collector::start().await.unwrap();
    let stack = tracing(0.0, &collector).behind(Downstream::ProductPrice, &[Tamper::Refuse]).start().await;
    let bag = named("GetLiveBagData");
    JsonClient::to(&stack).await.ask(bag.name, &bag.at_home(GUEST)).await;
    let all = collector.wait_for(SOON, |spans| !spans.is_empty()).await;
    let failed = |name: &str| {
        let errors = all.iter().filter(|span| span.name == name).filter_map(|span| span.status.as_ref());
        errors.filter(|status| status.code == 2).map(|status| status.message.as_str()).next()
    };
    assert_eq!(failed("MGetProductPrice"), Some("unreachable"), "{all:?}");
    assert_eq!(failed("ProductPriceLoader"), Some("failed"), "{all:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_ends_exports_the_traces_of_its_last_calls() {
    let collector = Collector::start().await.unwrap();
    let conf = tempfile::tempdir().unwrap();
    std::fs::write(conf.path().join("LogConf.json"), r#"{"traces": 1}"#).unwrap();
    let ports = ["--addr", "127.0.0.1:0", "--ops-addr", "127.0.0.1:0"];
    let (url, folder) = (collector.url(), conf.path().to_str().unwrap());
    let mut serve = Serve::start_with(&[&ports[..], &["--otlp-endpoint", &url, "--conf", folder]].concat());
    assert!(serve.answers());
    serve.signal("TERM");
    serve.child.wait().unwrap();
    let spans = collector.spans();
    assert!(spans.iter().any(|span| span.name == "GetLiveBagTab"), "{spans:?}");
}
