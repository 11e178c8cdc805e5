//! Privacy: personal fields of requests and free texts of downstream services must not appear in logs, metrics, records or
//! traces.
//!
//! Every personal field of the requests of all fifteen methods contains a marker, and so do the answers of downstream
//! services: statuses, contents, unreadable texts and late answers. Everything is logged, recorded and traced.

use std::{collections::BTreeMap, fs, fs::File, net::SocketAddr, ops::RangeInclusive, path::Path, time::Duration};

use futures_util::future::join_all;
use live_pack_dal::{CacheName, DownstreamMethod};
use live_pack_telemetry::testing::Collector;
use serde_json::{Value, json};

use crate::{
    json_client::JsonClient,
    methods::{BUYER, Viewer, all},
    serve::{Serve, end, http, live_pack, run},
    stack::eventually,
};

/// The marker in every personal text, and in every text of a downstream service.
const MARK: &str = "canary";
/// Content of a cart, as large as the field allows.
const COUNT: i64 = 1_918_273_645;
const QUANTITY: i64 = 1_918_273_646;
/// The first of the viewers; the others follow.
const USER: i64 = 9_182_736_455_000_000;
/// Regions that occur in no other field.
const REGIONS: [&str; 2] = ["QZ", "QX"];
const TOKEN: &str = "a-token-of-twenty-c";

/// The viewers that follow those for whom one downstream method fails.
const FOLLOWED: i64 = USER + DownstreamMethod::ALL.len() as i64;
const UNREADABLE: i64 = FOLLOWED + 1;
const SLOW: i64 = FOLLOWED + 2;
/// The viewer whose region is derived from the IP address alone.
const ABROAD: i64 = FOLLOWED + 3;
const VIEWERS: RangeInclusive<i64> = USER..=ABROAD;
/// The region of that address.
const ADDRESS: &str = "IE";

fn rule(method: DownstreamMethod, user: i64, effect: Value) -> Value {
    let mut rule = json!({ "downstream": method.service().name(), "method": method.name(), "users": [user] });
    rule.as_object_mut().unwrap().extend(effect.as_object().unwrap().clone());
    rule
}

/// The mock answers, by viewer.
fn mocks() -> Value {
    let status =
        json!({ "BaseResp": { "StatusCode": 17, "StatusMessage": format!("{MARK}: Ms Example, 1 Example Road") } });
    let failing =
        (USER..).zip(DownstreamMethod::ALL).map(|(user, method)| rule(method, user, json!({ "answer": status })));
    let name = |what: &str| format!("{MARK} {what}");
    let creator = json!({ "creator_id": 1, "permission": "NORMAL", "name": name("host"), "avatar_uri": "a/b.webp" });
    let price = json!({ "currency": "USD", "skus": [{ "sku_id": 1, "retail": name("price") }] });
    use DownstreamMethod as M;
    let others = [
        rule(M::GetCartCount, FOLLOWED, json!({ "answer": { "count": COUNT, "capacity": 100 } })),
        rule(M::MCheckInCart, FOLLOWED, json!({ "answer": { "quantities": { "*": QUANTITY } } })),
        rule(M::GetClaimState, FOLLOWED, json!({ "answer": { "states": { "*": "CLAIMED" } } })),
        rule(M::MGetCreator, FOLLOWED, json!({ "answer": { "creators": { "*": creator } } })),
        // delayed, so that the engine spawns the task as a tokio task
        rule(M::MGetProductPrice, UNREADABLE, json!({ "delay": "5ms", "answer": { "products": { "*": price } } })),
        rule(M::MGetProductPrice, SLOW, json!({ "delay": "9s" })),
        rule(M::GetCartCount, SLOW, json!({ "delay": "9s" })),
    ];
    json!({ "rules": failing.chain(others).collect::<Vec<_>>() })
}

fn write_conf(conf: &Path) {
    let caches = CacheName::ALL.map(|cache| (cache.name().to_owned(), json!({ "enabled": false })));
    let logs = json!({ "access": 1, "records": 1, "traces": 1, "follow": { "users": [FOLLOWED] }, "slow": "1ms" });
    for (key, value) in [
        ("livePackDownstreamRpcMock", mocks()),
        ("CacheConf", json!({ "caches": serde_json::Map::from_iter(caches) })),
        ("OverloadConf", json!({ "enabled": false })),
        ("LogConf", logs),
    ] {
        fs::write(conf.join(format!("{key}.json")), value.to_string()).unwrap();
    }
}

fn log_id(user_id: i64, method: &str) -> String {
    format!("{method}-{}", user_id - USER)
}

/// Calls all methods for a viewer; returns the answers.
async fn calls(addr: SocketAddr, user_id: i64) -> Vec<String> {
    let mut line = JsonClient::at(addr).await;
    let mut answers = Vec::new();
    for method in all() {
        let is_abroad = user_id == ABROAD;
        let region = if is_abroad { "" } else { BUYER.region };
        let mut request = method.at_home(Viewer { user_id, region, ..BUYER });
        let user = request["user"].as_object_mut().unwrap();
        let [carrier, address] = if is_abroad { ["", ADDRESS] } else { REGIONS };
        for (field, value) in [
            ("device_id", format!("{MARK}-device")),
            ("timezone", format!("{MARK}/Zone")),
            ("carrier_region", carrier.to_owned()),
            ("ip_region", address.to_owned()),
        ] {
            user.insert(field.to_owned(), value.into());
        }
        let parent = format!("00-{:032x}-00000000000000ab-01", method.number());
        let extra = json!({ "lp-record": "1", "traceparent": parent });
        request["Base"] = json!({ "LogID": log_id(user_id, method.name), "Extra": extra });
        answers.push(line.ask(method.name, &request).await.0.to_string());
    }
    answers
}

/// The markers in a text.
fn found(text: &str) -> Vec<&str> {
    let users: Vec<String> = VIEWERS.map(|user| user.to_string()).collect();
    let others = [COUNT.to_string(), QUANTITY.to_string(), json!(ADDRESS).to_string()];
    let markers = users.iter().chain(&others).map(String::as_str).chain([MARK]).chain(REGIONS);
    let at = markers.filter_map(|marker| text.find(marker));
    at.map(|at| text.get(at.saturating_sub(200)..at + 20).unwrap_or(text)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn personal_data_and_texts_of_services_are_in_answers_and_nowhere_else() {
    let folder = tempfile::tempdir().unwrap();
    let (log, token) = (folder.path().join("log"), folder.path().join("token"));
    let conf = folder.path().join("conf");
    fs::create_dir(&conf).unwrap();
    fs::write(&token, TOKEN).unwrap();
    write_conf(&conf);
    let (code, _, faults) = run(&["check-config", conf.to_str().unwrap()]);
    assert_eq!(code, Some(0), "{faults}");
    let mut command =
        live_pack(&["serve", "--addr", "127.0.0.1:0", "--ops-addr", "127.0.0.1:0", "--drain-linger", "10ms"]);
    command.arg("--conf").arg(&conf).arg("--ops-token-file").arg(&token).args(["--record-ring", "67108864"]);
    let collector = Collector::start().await.unwrap();
    command.arg("--otlp-endpoint").arg(collector.url());
    let mut serve = Serve::logging_to(File::create(&log).unwrap(), &mut command);
    let addr: SocketAddr = serve.thrift.parse().unwrap();

    let answers = join_all(VIEWERS.map(|user| calls(addr, user))).await.concat().concat();
    for marker in [MARK, "Ms Example, 1 Example Road", &COUNT.to_string()] {
        assert!(answers.contains(marker), "the test is ineffective: no answer has {marker}");
    }

    let metrics = http(&serve.ops, "GET /metrics", "").unwrap().1;
    assert_eq!(found(&metrics), [""; 0]);
    let all_calls = VIEWERS.count() * all().count();
    let records = eventually(Duration::from_secs(20), async || {
        let shown = format!("Authorization: Bearer {TOKEN}\r\n");
        let records = http(&serve.ops, "GET /api/records?limit=1000", &shown).unwrap().1;
        let metrics = http(&serve.ops, "GET /metrics", "").unwrap().1;
        (kept(&records) + lost(&metrics) == all_calls).then_some(records)
    })
    .await;
    assert_eq!(found(&records), [""; 0]);
    assert!(kept(&records) > all_calls / 2, "the test is ineffective: {} records of {all_calls}", kept(&records));
    assert!(records.contains("\"user\""), "a followed viewer is a hash");
    serve.signal("TERM");
    end(&mut serve.child, Duration::from_secs(20));
    let spans = collector.spans();
    assert_eq!(found(&format!("{spans:?}")), [""; 0]);
    assert!(spans.iter().any(|span| span.name == "GetLiveBagData"), "{} spans", spans.len());
    let log = fs::read_to_string(&log).unwrap();
    assert_eq!(found(&log), [""; 0]);
    check_lines(&log);
}

/// Number of records in an answer of the ops port.
fn kept(records: &str) -> usize {
    records.matches("\"calls_left_out\":").count()
}

/// Number of records dropped because the queue was full.
fn lost(metrics: &str) -> usize {
    let lines = metrics.lines().filter(|line| line.starts_with("live_pack_records_dropped_total{cause=\"queue\""));
    lines.map(|line| line.rsplit(' ').next().unwrap().parse::<usize>().unwrap()).sum()
}

/// Checks that the log lines of a request carry its method, caller and ids, and that the expected lines are in the log.
fn check_lines(log: &str) {
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    let of = |target: &str, message: &str| -> Vec<&Value> {
        let is = |line: &&Value| line["target"] == target && (message.is_empty() || line["message"] == message);
        lines.iter().filter(is).collect()
    };
    let access = of("access", "");
    let ids: BTreeMap<String, &Value> =
        access.iter().map(|line| (line["log_id"].as_str().unwrap().to_owned(), *line)).collect();
    for (user, method) in VIEWERS.flat_map(|user| all().map(move |method| (user, method))) {
        let line = ids[&log_id(user, method.name)];
        assert_eq!(line["method"], method.name);
        assert_eq!(line["caller"], "unknown");
        assert_eq!(line["trace_id"], format!("{:032x}", method.number()), "{line}");
        assert_eq!(line.get("user").is_some(), user == FOLLOWED, "{line}");
    }
    let unreadable = of("live_pack_dal::rpc::method", "unreadable");
    assert!(!unreadable.is_empty());
    for line in &unreadable {
        let (log_id, task) = (line["log_id"].as_str().unwrap(), line["task"].as_str().unwrap());
        assert_eq!(line["method"], ids[log_id]["method"], "{line}");
        assert!(task.ends_with("Loader") && line["engine"].is_string() && line["trace_id"].is_string(), "{line}");
    }
    let failed = of("live_pack_handlers::answer", "failed");
    assert!(failed.iter().any(|line| line["record"].as_str().unwrap().contains("remote")), "{failed:?}");
    assert!(failed.iter().all(|line| ids.contains_key(line["log_id"].as_str().unwrap())));
}
