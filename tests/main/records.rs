//! Records of calls: which calls are recorded, the content of a record, and its trace up to the downstream service.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use live_pack::records::ring::Choice;
use live_pack_dal::{
    Downstream,
    model::{TraceId, TraceParent},
};
use serde_json::{Value, json};

use crate::{
    fault_proxy::Tamper,
    json_client::JsonClient,
    methods::{BUYER, GUEST, all, named},
    serve::{Serve, http, live_pack},
    stack::{Setup, Stack, eventually},
};

const SOON: Duration = Duration::from_secs(10);
const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

/// A stack without caches that records this share of calls, and follows this room.
fn recording(share: f64, room: i64) -> Setup {
    let conf = json!({ "records": share, "traces": 0, "slow": "0ms", "follow": { "users": [], "rooms": [room] } });
    Setup::default().without_caches().conf("LogConf", conf)
}

/// The request with the trace context of its caller.
fn traced(mut request: Value, flags: &str) -> Value {
    let parent = format!("00-{TRACE}-b7ad6b7169203331-{flags}");
    request["Base"] = json!({ "LogID": "mine", "Extra": { "traceparent": parent } });
    request
}

/// The records that match, newest first.
fn found(stack: &Stack, choice: &Choice) -> Vec<Value> {
    Arc::clone(&stack.records)
        .matching(choice.clone())
        .map(|kept| serde_json::from_slice(&kept.json).unwrap())
        .collect()
}

/// The record of the call with the caller's trace.
async fn of_trace(stack: &Stack) -> Value {
    let trace = Some(TraceId(u128::from_str_radix(TRACE, 16).unwrap()));
    let choice = Choice { trace, ..Choice::default() };
    eventually(SOON, async || found(stack, &choice).pop()).await
}

#[tokio::test]
async fn each_method_leaves_a_record_with_engines_stages_and_calls() {
    let stack = recording(1.0, 1).start().await;
    let mut line = JsonClient::to(&stack).await;
    for method in all() {
        line.ask(method.name, &method.at_home(BUYER)).await;
    }
    let records = eventually(SOON, async || {
        let records = found(&stack, &Choice::default());
        (records.len() == all().count()).then_some(records)
    })
    .await;
    let methods: BTreeSet<_> = records.iter().map(|record| record["method"].as_str().unwrap()).collect();
    assert_eq!(methods, all().map(|method| method.name).collect());
    for record in &records {
        assert_eq!((&record["reasons"], &record["status"]), (&json!(["sampled"]), &json!(0)), "{record}");
        assert_eq!((&record["region"], &record["route_group"]), (&json!("US"), &json!("US")));
        let engines = record["engines"].as_array().unwrap();
        assert!(!engines.is_empty() && !record["calls"].as_array().unwrap().is_empty(), "{record}");
        for engine in engines {
            assert!(engine["stages"].as_array().is_some_and(|stages| !stages.is_empty()), "{engine}");
            let tasks = engine["tasks"].as_array().unwrap();
            assert!(tasks.iter().any(|task| task["strength"] == "strong"), "{engine}");
            assert!(
                engine["start_us"].as_f64().unwrap() + engine["took_us"].as_f64().unwrap()
                    <= record["took_us"].as_f64().unwrap()
            );
        }
        for call in record["calls"].as_array().unwrap() {
            let asker = |task: &Value| task["task"] == call["task"];
            let of = |engine: &&Value| engine["engine"] == call["engine"];
            let asked = engines.iter().filter(of).any(|engine| engine["tasks"].as_array().unwrap().iter().any(asker));
            assert!(asked, "no task of the record made the call {call}");
        }
    }
}

#[tokio::test]
async fn a_call_without_a_reason_to_keep_it_leaves_no_record() {
    let stack = recording(0.0, 1_006).start().await;
    let mut line = JsonClient::to(&stack).await;
    let tab = named("GetLiveBagTab");
    line.whole(tab.name, &traced(tab.request(1001, GUEST), "00")).await;
    line.whole(tab.name, &tab.request(1006, GUEST)).await;
    line.whole(tab.name, &traced(tab.request(1001, GUEST), "01")).await;
    let flagged = of_trace(&stack).await;
    assert_eq!((&flagged["reasons"], &flagged["log_id"]), (&json!(["sampled"]), &json!("mine")));
    let all = found(&stack, &Choice::default());
    assert_eq!(all.len(), 2, "{all:?}");
    assert_eq!((&all[1]["reasons"], &all[1]["room_id"]), (&json!(["followed"]), &json!(1006)));
}

#[tokio::test]
async fn the_span_of_a_call_in_the_record_is_the_one_that_the_service_received() {
    let stack = recording(0.0, 1).tapped(Downstream::ProductPrice).start().await;
    let bag = named("GetLiveBagData");
    let mut line = JsonClient::to(&stack).await;
    line.whole(bag.name, &traced(bag.at_home(GUEST), "01")).await;
    let record = of_trace(&stack).await;
    let of_price = |call: &&Value| call["service"] == "product_price";
    let noted: BTreeSet<&str> = record["calls"]
        .as_array()
        .unwrap()
        .iter()
        .filter(of_price)
        .map(|call| call["span_id"].as_str().unwrap())
        .collect();
    let received = stack.tap.as_ref().unwrap().trace_parents();
    let received: Vec<_> = received.iter().map(|text| TraceParent::parse(text).unwrap()).collect();
    assert!(received.iter().all(|parent| parent.is_sampled && parent.trace.to_string() == TRACE), "{received:?}");
    let spans: BTreeSet<String> = received.iter().map(|parent| parent.span.to_string()).collect();
    assert_eq!(spans.iter().map(String::as_str).collect::<BTreeSet<_>>(), noted);
    assert!(!noted.is_empty() && record["span_id"] != "b7ad6b7169203331", "the request has its own span");
}

#[tokio::test]
async fn a_failing_service_leaves_degraded_and_failed_calls_with_their_cause() {
    let stack = recording(0.0, 1).behind(Downstream::ProductPrice, &[Tamper::Refuse]).start().await;
    let mut line = JsonClient::to(&stack).await;
    let bag = named("GetLiveBagData");
    let answer = line.ask(bag.name, &bag.at_home(GUEST)).await;
    assert!(!answer.degraded().is_empty() || answer.code() >= 30_000, "{answer:?}");
    let record = eventually(SOON, async || found(&stack, &Choice::default()).pop()).await;
    assert!(matches!(record["reasons"][0].as_str(), Some("degraded" | "failed")), "{record}");
    let calls = record["calls"].as_array().unwrap();
    let failed = calls.iter().find(|call| call["service"] == "product_price").unwrap();
    assert_eq!((&failed["end"], &failed["method"]), (&json!("unreachable"), &json!("MGetProductPrice")));
    let tasks = record["engines"].as_array().unwrap().iter().flat_map(|engine| engine["tasks"].as_array().unwrap());
    let reasons: Vec<_> = tasks.filter_map(|task| task["reason"].as_str()).collect();
    assert!(reasons.contains(&"product_price.MGetProductPrice: unreachable"), "{reasons:?}");
}

#[tokio::test]
async fn the_records_of_a_process_are_shown_with_the_token_and_logged_in_one_line_each() {
    const TOKEN: &str = "a-token-of-the-tests";
    let folder = tempfile::tempdir().unwrap();
    let (token, log) = (folder.path().join("token"), folder.path().join("log"));
    std::fs::write(&token, TOKEN).unwrap();
    let conf = folder.path().join("conf");
    std::fs::create_dir(&conf).unwrap();
    std::fs::write(conf.join("LogConf.json"), r#"{"records": 1}"#).unwrap();
    let flags = ["serve", "--addr", "127.0.0.1:0", "--ops-addr", "127.0.0.1:0", "--log-level", "off,record=info"];
    let mut command = live_pack(&flags);
    command.arg("--ops-token-file").arg(&token).arg("--conf").arg(&conf);
    let mut serve = Serve::logging_to(std::fs::File::create(&log).unwrap(), &mut command);
    assert!(serve.answers());
    let shown = format!("Authorization: Bearer {TOKEN}\r\n");
    assert_eq!(http(&serve.ops, "GET /api/records", "").unwrap().0, 401);
    // polled, because the record is rendered after the answer
    let body = eventually(SOON, async || {
        let (code, body) = http(&serve.ops, "GET /api/records?method=GetLiveBagTab&limit=1", &shown).unwrap();
        let body: Value = serde_json::from_str(&dechunked(&body)).unwrap();
        (code == 200 && body["kept"] == 1).then_some(body)
    })
    .await;
    assert_eq!(body["records"].as_array().map(Vec::len), Some(1));
    serve.signal("TERM");
    serve.child.wait().unwrap();
    let log = std::fs::read_to_string(&log).unwrap();
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 1, "{log}");
    let (line, record) = (&lines[0], &body["records"][0]);
    assert_eq!(
        (&line["target"], &line["method"], &line["reasons"]),
        (&json!("record"), &json!("GetLiveBagTab"), &json!("sampled"))
    );
    assert_eq!((&line["trace_id"], &line["log_id"]), (&record["trace_id"], &record["log_id"]));
}

/// The body of a chunked answer (RFC 9112, 7.1).
pub(crate) fn dechunked(body: &str) -> String {
    let (mut rest, mut whole) = (body, String::new());
    while let Some((length, after)) = rest.split_once("\r\n") {
        let length = usize::from_str_radix(length, 16).unwrap();
        whole.push_str(&after[..length]);
        rest = after[length..].trim_start_matches("\r\n");
    }
    whole
}
