//! A real Prometheus with our rules.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fmt::Write as _,
    fs,
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    time::Duration,
};

use serde_json::Value;
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

use crate::{house::root, stack::eventually};

/// The installed program, or the one that the Makefile has unpacked.
pub(super) fn program(name: &str) -> OsString {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), Into::into);
    let unpacked = target.join("prometheus/usr/bin").join(name);
    if unpacked.exists() { unpacked.into() } else { name.into() }
}

/// The rules with windows scaled to minutes of this many seconds: with 2, `5m` becomes `10s`.
fn scaled(rules: &str, minute: u64) -> String {
    let mut scaled = String::new();
    let mut rest = rules;
    let mut before = ' ';
    while let Some(sign) = rest.chars().next() {
        let digits = rest.chars().take_while(char::is_ascii_digit).count();
        let (number, after) = rest.split_at(digits);
        let mut next = after.chars();
        let unit = match next.next() {
            Some('m') => 1,
            Some('h') => 60,
            _ => 0,
        };
        let stands_alone = !before.is_alphanumeric() && !next.next().is_some_and(char::is_alphanumeric);
        if digits > 0 && unit > 0 && stands_alone {
            write!(scaled, "{}s", number.parse::<u64>().unwrap() * unit * minute).unwrap();
            rest = &after[1..];
        } else {
            let length = if digits > 0 { digits } else { sign.len_utf8() };
            scaled.push_str(&rest[..length]);
            rest = &rest[length..];
        }
        before = scaled.chars().next_back().unwrap_or(' ');
    }
    scaled
}

#[test]
fn windows_are_scaled_and_names_are_not() {
    let rules =
        "record: ratio_rate5m\nexpr: a_rate1h{b=~\"[35]....\"} + rate(x[5m]) offset 15m > 14.4 * 0.001\nfor: 1h\n";
    let due =
        "record: ratio_rate5m\nexpr: a_rate1h{b=~\"[35]....\"} + rate(x[10s]) offset 30s > 14.4 * 0.001\nfor: 120s\n";
    assert_eq!(scaled(rules, 2), due);
}

/// Labels and value of a series.
pub(super) type Sample = (BTreeMap<String, String>, f64);

/// A Prometheus that scrapes one server each second. Stopped on drop.
pub(super) struct Prometheus {
    child: Child,
    addr: String,
    _folder: TempDir,
}

impl Prometheus {
    /// Starts it with rules whose minutes have this many seconds, and waits for the first scrape.
    pub(super) async fn start(target: &str, minute: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: String| fs::write(folder.path().join(name), text).unwrap();
        let read = |name: &str| fs::read_to_string(root().join("conf/observability").join(name)).unwrap();
        write("alerts.yml", scaled(&read("alerts.yml"), minute));
        write("prometheus.yml", read("prometheus.yml").replace("15s", "1s").replace("127.0.0.1:9888", target));
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let addr = format!("127.0.0.1:{port}");
        let path = |name: &str| folder.path().join(name).display().to_string();
        let child = Command::new(program("prometheus"))
            .args(["--config.file", &path("prometheus.yml"), "--storage.tsdb.path", &path("data")])
            .args(["--web.listen-address", &addr, "--log.level", "warn"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("prometheus must be installed: run `make prometheus`");
        let prometheus = Self { child, addr, _folder: folder };
        eventually(Duration::from_secs(30), async || prometheus.query("up == 1").pop()).await;
        prometheus
    }

    /// The current result of an expression; empty while Prometheus does not answer.
    pub(super) fn query(&self, expression: &str) -> Vec<Sample> {
        let Some(answer) = self.get(expression) else { return Vec::new() };
        assert_eq!(answer["status"], "success", "{expression}: {answer}");
        let sample = |found: &Value| {
            let labels = found["metric"].as_object().unwrap().iter();
            let labels = labels.map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()));
            (labels.collect(), found["value"][1].as_str().unwrap().parse().unwrap())
        };
        answer["data"]["result"].as_array().unwrap().iter().map(sample).collect()
    }

    /// The firing alerts, with their labels.
    pub(super) fn firing(&self) -> Vec<BTreeMap<String, String>> {
        self.query(r#"ALERTS{alertstate="firing"}"#).into_iter().map(|(labels, _)| labels).collect()
    }

    /// The labels of an alert once it fires; waits at most `limit`.
    pub(super) async fn fires(&self, alert: &str, limit: Duration) -> BTreeMap<String, String> {
        let end = Instant::now() + limit;
        loop {
            let firing = self.firing();
            if let Some(found) = firing.iter().find(|labels| labels["alertname"] == alert) {
                return found.clone();
            }
            assert!(Instant::now() < end, "{alert} does not fire; these do: {firing:#?}");
            sleep(Duration::from_millis(200)).await;
        }
    }

    /// HTTP 1.0, so that the answer is not chunked.
    fn get(&self, expression: &str) -> Option<Value> {
        let mut query = String::new();
        for byte in expression.bytes() {
            write!(query, "%{byte:02X}").unwrap();
        }
        let mut stream = TcpStream::connect(&self.addr).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
        write!(stream, "GET /api/v1/query?query={query} HTTP/1.0\r\n\r\n").ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        serde_json::from_str(answer.split_once("\r\n\r\n")?.1).ok()
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        // it may have ended already
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
