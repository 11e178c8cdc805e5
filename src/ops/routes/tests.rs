//! The ops endpoints over a real socket.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

use axum::http::Method;
use live_pack_dal::{CacheName, Reach};
use prometheus::Registry;
use serde_json::{Value, json};

use super::{Endpoint, endpoints};
use crate::{
    metrics::ServerMetrics,
    ops::{Awaited, ForgetError, OpsLimits, OpsServer, OpsState, OpsToken},
    records::ring::Ring,
    server::{Lifecycle, Phase, reload::Reloads},
};

const TOKEN: &str = "a-token-of-the-tests";

fn token() -> OpsToken {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    std::fs::write(&path, TOKEN).unwrap();
    OpsToken::read(&path).unwrap()
}

fn serve(lifecycle: Arc<Lifecycle>, token: Option<OpsToken>, reloads: Arc<AtomicU32>) -> OpsServer {
    serve_awaiting(lifecycle, token, reloads, Arc::new(Vec::new))
}

fn serve_awaiting(
    lifecycle: Arc<Lifecycle>,
    token: Option<OpsToken>,
    reloads: Arc<AtomicU32>,
    awaited: Awaited,
) -> OpsServer {
    let registry = Registry::new();
    ServerMetrics::new(&registry).unwrap();
    let state = OpsState {
        registry,
        lifecycle,
        awaited,
        config: Arc::new(|| json!({ "version": 7 })),
        instances: Arc::new(|| json!({ "services": [] })),
        reloads: Reloads::start(Arc::new(move || {
            reloads.fetch_add(1, Ordering::Relaxed);
        }))
        .unwrap(),
        records: Arc::new(OnceLock::from(Arc::new(Ring::new(1_000_000)))),
        forget: Arc::new(|cache, id| Box::pin(async move { forgotten(cache, id) })),
        token,
        limits: OpsLimits::default(),
    };
    OpsServer::start(TcpListener::bind("127.0.0.1:0").unwrap(), state).unwrap()
}

/// Fails for bags as if Redis were away, and for id 9 as if the service were starting.
fn forgotten(cache: CacheName, id: i64) -> Result<Reach, ForgetError> {
    match (cache, id) {
        (CacheName::Bag, _) => Err(live_pack_dal::Error::key(live_pack_dal::Origin::Redis("PUBLISH")).into()),
        (_, 9) => Err(ForgetError::Starting),
        _ => Ok(Reach::Fleet),
    }
}

fn start(lifecycle: Arc<Lifecycle>) -> OpsServer {
    serve(lifecycle, None, Arc::default())
}

/// Status and body of a request that shows the token and has a body.
fn post(addr: SocketAddr, path: &str, body: &str) -> (u16, Value) {
    let mut stream = TcpStream::connect(addr).unwrap();
    let head = format!("POST {path} HTTP/1.1\r\nHost: ops\r\nAuthorization: Bearer {TOKEN}\r\nConnection: close\r\n");
    write!(stream, "{head}Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), serde_json::from_str(body).unwrap())
}

/// Status and body of one request.
fn ask(addr: SocketAddr, method: &str, path: &str) -> (u16, String) {
    ask_showing(addr, method, path, "")
}

/// The same with one more header.
fn ask_showing(addr: SocketAddr, method: &str, path: &str, header: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(addr).unwrap();
    write!(stream, "{method} {path} HTTP/1.1\r\nHost: ops\r\n{header}Connection: close\r\n\r\n").unwrap();
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
    assert_eq!(
        json_at(ops.addr(), "/readyz"),
        (503, json!({ "ready": false, "reason": "starting", "downstreams": [] }))
    );
    lifecycle.advance(Phase::Ready);
    assert_eq!(json_at(ops.addr(), "/readyz"), (200, json!({ "ready": true, "reason": "ready", "downstreams": [] })));
    lifecycle.drain();
    assert_eq!(
        json_at(ops.addr(), "/readyz"),
        (503, json!({ "ready": false, "reason": "draining", "downstreams": [] }))
    );
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
    assert!(json_at(ops.addr(), "/").1["endpoints"]["GET /readyz"].is_string());
}

#[test]
fn unknown_paths_and_methods_are_refused_in_json() {
    let ops = start(Arc::default());
    let (code, body) = json_at(ops.addr(), "/nowhere");
    assert_eq!((code, &body["path"]), (404, &json!("/nowhere")));
    let ops = serve(Arc::default(), Some(token()), Arc::default());
    let shown = format!("Authorization: Bearer {TOKEN}\r\n");
    let (code, body) = ask_showing(ops.addr(), "POST", "/metrics", &shown);
    assert!(code == 405 && body.contains("but with GET"), "{code} {body}");
}

#[test]
fn everything_but_reading_needs_the_token() {
    let lifecycle = Arc::new(Lifecycle::default());
    let reloads = Arc::new(AtomicU32::new(0));
    let locked = serve(lifecycle.clone(), None, reloads.clone());
    let open = serve(lifecycle.clone(), Some(token()), reloads.clone());
    let changing = || endpoints().into_iter().filter(|Endpoint(method, ..)| *method != Method::GET);
    assert_eq!(changing().count(), 3);
    for Endpoint(method, path, ..) in changing() {
        assert_eq!(ask(locked.addr(), method.as_str(), path).0, 403, "{path}");
        for header in ["", "Authorization: Bearer wrong\r\n", "Authorization: Basic a-token-of-the-tests\r\n"] {
            assert_eq!(ask_showing(open.addr(), method.as_str(), path, header).0, 401, "{path} {header}");
        }
    }
    // Nor anything that does not even exist.
    assert_eq!(ask(open.addr(), "DELETE", "/nowhere").0, 401);
    assert_eq!((reloads.load(Ordering::Relaxed), lifecycle.phase()), (0, Phase::Starting));

    let shown = format!("Authorization: Bearer {TOKEN}\r\n");
    assert_eq!(ask_showing(open.addr(), "POST", "/api/reload", &shown).0, 200);
    assert_eq!(ask_showing(open.addr(), "POST", "/api/drain", &shown).0, 202);
    assert_eq!((reloads.load(Ordering::Relaxed), lifecycle.phase()), (1, Phase::Draining));
}

#[test]
fn records_need_the_token_although_they_are_only_read() {
    let (locked, open) = (start(Arc::default()), serve(Arc::default(), Some(token()), Arc::default()));
    let shown = format!("Authorization: Bearer {TOKEN}\r\n");
    for path in ["/api/records", "/api/records?limit=1"] {
        for method in ["GET", "HEAD", "OPTIONS"] {
            assert_eq!(ask(locked.addr(), method, path).0, 403, "{method} {path}");
            assert_eq!(ask(open.addr(), method, path).0, 401, "{method} {path}");
        }
        assert_eq!(ask_showing(open.addr(), "GET", path, &shown).0, 200, "{path}");
    }
    let (code, body) = ask_showing(open.addr(), "GET", "/api/records?limit=0", &shown);
    assert!(code == 400 && body.contains("limit must be 1 to 1000"), "{code} {body}");
}

#[test]
fn a_value_is_forgotten_by_cache_and_id_and_a_refusal_says_what_was_expected() {
    let ops = serve(Arc::default(), Some(token()), Arc::default());
    let done = json!({ "cache": "model", "id": 7, "forgotten_by": "fleet" });
    assert_eq!(post(ops.addr(), "/api/forget", r#"{"cache": "model", "id": 7}"#), (200, done));
    for (body, code, part) in [
        ("", 400, "must be"),
        (r#"{"cache": "model"}"#, 400, "missing field `id`"),
        (r#"{"cache": "model", "id": "7"}"#, 400, "invalid type"),
        (r#"{"cache": "model", "id": 7, "region": "US"}"#, 400, "unknown field"),
        (r#"{"cache": "models", "id": 7}"#, 400, "one of room, room_stats"),
        (r#"{"cache": "bag", "id": 7}"#, 503, "only this process"),
        (r#"{"cache": "model", "id": 9}"#, 503, "starting"),
        (r#"{"cache": "model", "id": -7}"#, 400, "must be above 0, found -7"),
    ] {
        let (found, answer) = post(ops.addr(), "/api/forget", body);
        let error = answer["error"].as_str().unwrap();
        assert!(found == code && error.contains(part), "{body}: {found} {error}");
    }
}

#[test]
fn readiness_names_the_awaited_downstreams_until_all_have_answered_once() {
    let missing = Arc::new(std::sync::Mutex::new(vec!["cart", "live_data"]));
    let seen = Arc::clone(&missing);
    let awaited: Awaited = Arc::new(move || seen.lock().unwrap().clone());
    let lifecycle = Arc::new(Lifecycle::default());
    let ops = serve_awaiting(lifecycle.clone(), None, Arc::default(), awaited);
    lifecycle.ready();
    let waiting = json!({ "ready": false, "reason": "awaiting downstreams", "downstreams": ["cart", "live_data"] });
    assert_eq!(json_at(ops.addr(), "/readyz"), (503, waiting));
    missing.lock().unwrap().clear();
    assert_eq!(json_at(ops.addr(), "/readyz").0, 200);
    // afterwards an unavailable one does not take the process off the load balancer
    missing.lock().unwrap().push("cart");
    assert_eq!(json_at(ops.addr(), "/readyz"), (200, json!({ "ready": true, "reason": "ready", "downstreams": [] })));
}

#[test]
fn a_successor_that_has_waited_long_enough_is_ready_without_its_downstreams() {
    let lifecycle = Arc::new(Lifecycle::default());
    let ops = serve_awaiting(lifecycle.clone(), None, Arc::default(), Arc::new(|| vec!["cart"]));
    lifecycle.meet_downstreams();
    lifecycle.ready();
    assert_eq!(json_at(ops.addr(), "/readyz").0, 200);
}
