//! The ops endpoints over a real socket.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    sync::Arc,
};

use prometheus::Registry;
use serde_json::{Value, json};

use crate::{
    metrics::ServerMetrics,
    ops::{OpsServer, OpsState},
    server::{Lifecycle, Phase},
};

fn start(lifecycle: Arc<Lifecycle>) -> OpsServer {
    let registry = Registry::new();
    ServerMetrics::new(&registry).unwrap();
    let state = OpsState { registry, lifecycle, config: Arc::new(|| json!({ "version": 7 })) };
    OpsServer::start("127.0.0.1:0".parse().unwrap(), state).unwrap()
}

/// Status and body of one request.
fn ask(addr: SocketAddr, method: &str, path: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(addr).unwrap();
    write!(stream, "{method} {path} HTTP/1.1\r\nHost: ops\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

fn json_at(addr: SocketAddr, path: &str) -> (u16, Value) {
    let (code, body) = ask(addr, "GET", path);
    (code, serde_json::from_str(&body).unwrap())
}

#[test]
fn readiness_follows_the_life_of_the_service() {
    let lifecycle = Arc::new(Lifecycle::default());
    let ops = start(lifecycle.clone());
    assert_eq!(json_at(ops.addr(), "/readyz"), (503, json!({ "ready": false, "reason": "starting" })));
    lifecycle.advance(Phase::Ready);
    assert_eq!(json_at(ops.addr(), "/readyz"), (200, json!({ "ready": true, "reason": "ready" })));
    lifecycle.drain();
    assert_eq!(json_at(ops.addr(), "/readyz"), (503, json!({ "ready": false, "reason": "draining" })));
    assert_eq!(json_at(ops.addr(), "/healthz").0, 200);
}

#[test]
fn metrics_hold_the_service_and_the_process() {
    let ops = start(Arc::default());
    let (code, text) = ask(ops.addr(), "GET", "/metrics");
    assert_eq!(code, 200);
    for name in [
        "live_pack_connections",
        "process_resident_memory_bytes",
        "process_open_fds",
        "process_threads",
        "process_start_time_seconds",
    ] {
        let value = text.lines().find_map(|line| line.strip_prefix(&format!("{name} "))).unwrap_or_else(|| {
            assert!(text.is_empty(), "no {name} in {text}");
            ""
        });
        assert!(value.parse::<f64>().unwrap() >= 0.0, "{name} {value}");
    }
}

#[test]
fn version_configuration_and_index_are_json() {
    let ops = start(Arc::default());
    assert_eq!(json_at(ops.addr(), "/version").1["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(json_at(ops.addr(), "/api/config"), (200, json!({ "version": 7 })));
    assert!(json_at(ops.addr(), "/").1["endpoints"]["/readyz"].is_string());
}

#[test]
fn unknown_paths_and_methods_are_refused_in_json() {
    let ops = start(Arc::default());
    let (code, body) = json_at(ops.addr(), "/nowhere");
    assert_eq!((code, &body["path"]), (404, &json!("/nowhere")));
    assert_eq!(ask(ops.addr(), "POST", "/metrics").0, 405);
}
