//! Log lines and metrics that tell operators about mistakes and their correction.

use std::{
    fs::{self, File},
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use serde_json::json;
use tokio::time::Instant;

use crate::{
    serve::{Serve, end, http, live_pack},
    wire::frame_of,
};

const FLAGS: [&str; 5] = ["serve", "--addr", "127.0.0.1:0", "--ops-addr", "127.0.0.1:0"];

/// Repeats `look` until it finds something.
#[expect(clippy::disallowed_methods, reason = "processes live in real time")]
fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(start.elapsed() < Duration::from_secs(20), "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The value of a metric without labels, or with the labels in `name`.
fn metric(ops: &str, name: &str) -> Option<f64> {
    let text = http(ops, "GET /metrics", "")?.1;
    text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok())
}

#[test]
fn a_bad_file_and_its_repair_are_one_line_each() {
    let folder = tempfile::tempdir().unwrap();
    let (conf, log) = (folder.path().join("conf"), folder.path().join("log"));
    fs::create_dir(&conf).unwrap();
    let poll = conf.join("PollConf.json");
    // written by rename: a file read while empty would count as another invalid file
    let write = |text: &str| {
        fs::write(folder.path().join("new"), text).unwrap();
        fs::rename(folder.path().join("new"), &poll).unwrap();
    };
    write(r#"{"interval": "5s"}"#);
    let serve = Serve::logging_to(File::create(&log).unwrap(), live_pack(&FLAGS).arg("--conf").arg(&conf));
    let lines = |part: &str| fs::read_to_string(&log).unwrap().lines().filter(|line| line.contains(part)).count();
    write(r#"{"interval": "5 s"}"#);
    until("the bad file is rejected", || (lines("configuration rejected") == 1).then_some(()));
    write(r#"{"interval": "5s"}"#);
    until("its repair is logged", || (lines("configuration accepted again") == 1).then_some(()));
    fs::write(conf.join("PollConf.jsn"), "{}").unwrap();
    until("the stray file is rejected", || (lines("PollConf.jsn") == 1).then_some(()));
    let config: serde_json::Value = serde_json::from_str(&http(&serve.ops, "GET /api/config", "").unwrap().1).unwrap();
    assert_eq!(config["strange"][0]["key"], "PollConf.jsn");
    assert_eq!(metric(&serve.ops, r#"live_pack_config_rejected_total{key="other"}"#), Some(1.0));
    fs::remove_file(conf.join("PollConf.jsn")).unwrap();
    until("its removal is logged", || (lines("configuration no longer rejected") == 1).then_some(()));
    for name in ["PollConf.json~", "#PollConf.json#", ".PollConf.json.swp", "x.bak"] {
        fs::write(conf.join(name), "no JSON").unwrap();
    }
    write(r#"{"interval": "6s"}"#);
    until("the change is applied", || (lines("configuration changed") == 1).then_some(()));
    assert_eq!(lines("configuration rejected"), 2, "{}", fs::read_to_string(&log).unwrap());
}

#[test]
fn lines_that_a_full_disk_loses_are_counted() {
    let full = File::options().write(true).open("/dev/full").unwrap();
    let serve = Serve::logging_to(full, &mut live_pack(&FLAGS));
    for _ in 0..3 {
        serve.signal("HUP");
    }
    until("they are counted", || metric(&serve.ops, "live_pack_log_lines_failed_total").filter(|lost| *lost >= 2.0));
    assert!(serve.answers());
}

#[test]
fn a_certificate_that_has_expired_is_logged_and_a_metric() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let write = |until: i32| {
        let mut params = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
        params.not_after = date_time_ymd(until, 1, 1);
        let key = KeyPair::generate().unwrap();
        fs::write(at("server.pem"), params.self_signed(&key).unwrap().pem()).unwrap();
        fs::write(at("server.key"), key.serialize_pem()).unwrap();
    };
    write(2020);
    let mut command = live_pack(&FLAGS);
    command.arg("--tls-cert").arg(at("server.pem")).arg("--tls-key").arg(at("server.key"));
    let serve = Serve::logging_to(File::create(at("log")).unwrap(), &mut command);
    let lines = |part: &str| fs::read_to_string(at("log")).unwrap().lines().filter(|line| line.contains(part)).count();
    until("it is logged", || (lines("a certificate has expired") == 1).then_some(()));
    let name = r#"live_pack_tls_certificate_expiry_seconds{role="certificate"}"#;
    assert_eq!(metric(&serve.ops, name), Some(1_577_836_800.0));
    write(2100);
    serve.signal("HUP");
    until("the new one is read", || metric(&serve.ops, name).filter(|end| (*end - 4_102_444_800.0).abs() < 1.0));
    assert_eq!(lines("a certificate has expired"), 1);
}

/// Sends a request this many times on one connection, up to 500 concurrently, and reads the answers.
fn requests(addr: &str, method: &str, request: &serde_json::Value, mut count: usize) {
    let frame = frame_of(method, request);
    let mut stream = TcpStream::connect(addr).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    while count > 0 {
        let at_once = count.min(500);
        stream.write_all(&frame.repeat(at_once)).unwrap();
        for _ in 0..at_once {
            let mut length = [0; 4];
            stream.read_exact(&mut length).unwrap();
            let mut answer = vec![0; usize::try_from(u32::from_be_bytes(length)).unwrap()];
            stream.read_exact(&mut answer).unwrap();
        }
        count -= at_once;
    }
}

/// Sends requests that are cheap because their viewer is invalid.
fn refused_requests(addr: &str, count: usize) {
    let request = json!({ "room": { "room_id": 1001 }, "user": { "user_id": -1 } });
    requests(addr, "GetLiveBagTab", &request, count);
}

#[test]
fn an_unread_log_blocks_no_request_and_its_lost_lines_are_counted() {
    let (unread, log) = std::io::pipe().unwrap();
    let serve = Serve::logging_to(log, live_pack(&FLAGS).args(["--access-log-one-in", "1"]));
    let dropped = || {
        let text = http(&serve.ops, "GET /metrics", "")?.1;
        let line = text.lines().find(|line| line.starts_with("live_pack_log_lines_dropped"))?;
        line.rsplit(' ').next()?.parse::<f64>().ok().filter(|lost| *lost > 0.0)
    };
    // the pipe holds 64 KiB, the queue 16,384 lines
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| refused_requests(&serve.thrift, 4_500));
        }
    });
    until("lost lines are counted", dropped);
    let start = Instant::now();
    refused_requests(&serve.thrift, 500);
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    assert!(serve.answers());
    drop(unread);
}

#[test]
fn a_running_server_follows_its_log_configuration_and_a_refused_request_has_its_trace() {
    const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
    let folder = tempfile::tempdir().unwrap();
    let (conf, log) = (folder.path().join("conf"), folder.path().join("log"));
    fs::create_dir(&conf).unwrap();
    let serve = Serve::logging_to(File::create(&log).unwrap(), live_pack(&FLAGS).arg("--conf").arg(&conf));
    let extra = json!({ "traceparent": format!("00-{TRACE}-b7ad6b7169203331-00") });
    let ask_for = |user_id: i64, region: &str, log_id: &str| {
        let base = json!({ "LogID": log_id, "Caller": "", "Addr": "", "Client": "", "Extra": &extra });
        let request =
            json!({ "room": { "room_id": 1001 }, "user": { "user_id": user_id, "region": region }, "Base": base });
        requests(&serve.thrift, "GetLiveBagTab", &request, 1);
    };
    // refused: no viewer has this id
    let ask = |log_id: &str| ask_for(-1, "US", log_id);
    let lines = |target: &str| -> Vec<serde_json::Value> {
        let text = fs::read_to_string(&log).unwrap();
        let lines = text.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
        lines.filter(|line| line["target"] == target).collect()
    };
    let configure = |conf_of_logs: serde_json::Value| {
        fs::write(conf.join(".LogConf.new"), conf_of_logs.to_string()).unwrap();
        fs::rename(conf.join(".LogConf.new"), conf.join("LogConf.json")).unwrap();
    };
    let logged = |log_id: &str| lines("access").into_iter().find(|line| line["log_id"] == log_id);
    let is_logged_from_now_on = |log_id: &str| {
        until("requests are logged", || {
            ask(log_id);
            logged(log_id)
        })
    };
    ask("before");
    configure(json!({ "access": 1 }));
    let line = is_logged_from_now_on("sampled");
    assert_eq!((&line["trace_id"], &line["code"]), (&json!(TRACE), &json!(10001)), "{line}");
    configure(json!({ "access": 1, "levels": { "*": "info", "access": "off" } }));
    until("the levels are changed", || lines("live_pack::logging::levels").pop());
    ask("silent");
    configure(json!({ "access": 1, "levels": { "*": "info" } }));
    is_logged_from_now_on("again");
    configure(json!({ "access": 0, "follow": { "users": [101] } }));
    let line = until("a followed viewer is logged", || {
        ask_for(101, "XX", "followed");
        lines("access").into_iter().find(|line| line["user"].is_string())
    });
    assert_eq!((&line["code"], line["user"].as_str().map(str::len)), (&json!(10004), Some(16)), "{line}");
    assert_eq!((logged("before"), logged("silent")), (None, None));
}

#[test]
fn an_outage_writes_a_line_per_method_and_at_most_twenty_per_second_of_a_place() {
    let folder = tempfile::tempdir().unwrap();
    let (conf, log) = (folder.path().join("conf"), folder.path().join("log"));
    fs::create_dir(&conf).unwrap();
    let rule = json!({ "downstream": "live_data", "method": "MGetRoom", "error": "unreachable" });
    fs::write(conf.join("livePackDownstreamRpcMock.json"), json!({ "rules": [rule] }).to_string()).unwrap();
    let logs = json!({ "levels": { "*": "info", "record": "off" }, "records": 0 });
    fs::write(conf.join("LogConf.json"), logs.to_string()).unwrap();
    let mut command = live_pack(&FLAGS);
    let mut serve = Serve::logging_to(File::create(&log).unwrap(), command.arg("--conf").arg(&conf));
    let start = Instant::now();
    let viewer = json!({ "room": { "room_id": 1001 }, "user": { "user_id": 0, "region": "US" } });
    requests(&serve.thrift, "GetLiveBagData", &viewer, 1_000);
    requests(&serve.thrift, "GetPinCardData", &viewer, 1);
    let most = 20 * (start.elapsed().as_secs() + 1);
    let counted = metric(&serve.ops, r#"live_pack_log_lines_suppressed_total{severity="warn"}"#);
    serve.signal("TERM");
    end(&mut serve.child, Duration::from_secs(20));
    let text = fs::read_to_string(&log).unwrap();
    let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let failed: Vec<_> = lines.iter().filter(|line| line["message"] == "failed").collect();
    assert!((1..=most).contains(&(failed.len() as u64)), "{} lines, at most {most}", failed.len());
    assert!(failed.iter().any(|line| line["method"] == "GetPinCardData"), "a flood of another method starves it");
    assert!(counted >= Some(900.0 - most as f64), "{counted:?}");
}
