//! Slow, silent or numerous clients of the ops address: they affect neither callers nor probes.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    process::Command,
    time::Duration,
};

use tokio::time::Instant;

use crate::{
    redis::{SOON, Server},
    serve::{Serve, http},
    stack::eventually,
};

/// A server with a limit on its descriptors.
fn limited(descriptors: u32, flags: &str) -> Serve {
    let program = env!("CARGO_BIN_EXE_live-pack");
    let serve = format!("{program} serve --addr 127.0.0.1:0 --ops-addr 127.0.0.1:0 {flags}");
    let mut command = Command::new("sh");
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(["-c", &format!("ulimit -n {descriptors}; exec {serve}")]);
    Serve::of(&mut command)
}

fn half_request(addr: &str) -> TcpStream {
    let mut stream = TcpStream::connect(addr).unwrap();
    stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: ops\r\n").unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream
}

#[test]
fn hundreds_of_incomplete_requests_affect_neither_callers_nor_probes() {
    let serve = limited(256, "--ops-request-timeout 2s");
    let start = Instant::now();
    let mut held: Vec<_> = (0..300).map(|_| half_request(&serve.ops)).collect();
    assert!(serve.answers(), "descriptors remain for Thrift");
    for probe in ["GET /healthz", "GET /readyz", "GET /metrics"] {
        assert_eq!(http(&serve.ops, probe, "").unwrap().0, 200, "{probe}");
    }
    // All are closed in the end, including those not evicted for others.
    for stream in &mut held {
        let mut rest = Vec::new();
        drop(stream.read_to_end(&mut rest));
    }
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
}

#[test]
fn callers_cannot_take_the_descriptors_of_probes() {
    let serve = limited(140, "");
    let held: Vec<_> = (0..300).map(|_| TcpStream::connect(&serve.thrift).unwrap()).collect();
    for _ in 0..20 {
        assert_eq!(http(&serve.ops, "GET /healthz", "").unwrap().0, 200);
    }
    drop(held);
    assert!(serve.answers());
}

/// Status and body of a forget request with the token.
fn forget(addr: &str, body: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(addr).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let head =
        "POST /api/forget HTTP/1.1\r\nHost: ops\r\nAuthorization: Bearer a-token-of-the-tests\r\nConnection: close";
    write!(stream, "{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

#[tokio::test]
async fn an_operator_makes_all_processes_forget_a_value_and_learns_when_some_did_not() {
    const MODEL_7: &str = r#"{"cache": "model", "id": 7}"#;
    let mut redis = Server::start().await;
    let folder = tempfile::tempdir().unwrap();
    let token = folder.path().join("token");
    std::fs::write(&token, "a-token-of-the-tests\n").unwrap();
    let flags = ["--addr", "127.0.0.1:0", "--ops-addr", "127.0.0.1:0", "--redis", &redis.url, "--ops-token-file"];
    let flags: Vec<&str> = flags.into_iter().chain([token.to_str().unwrap()]).collect();
    let (one, other) = (Serve::start_with(&flags), Serve::start_with(&flags));
    let shows =
        |serve: &Serve, line: &str| http(&serve.ops, "GET /metrics", "").unwrap().1.lines().any(|it| it == line);
    for serve in [&one, &other] {
        eventually(SOON, async || shows(serve, "live_pack_cache_subscribed 1").then_some(())).await;
    }

    assert_eq!(http(&one.ops, "POST /api/forget", "").unwrap().0, 401, "without the token");
    let (code, body) = forget(&one.ops, MODEL_7);
    assert!(code == 200 && body.contains(r#""forgotten_by":"fleet""#), "{code} {body}");
    for serve in [&one, &other] {
        let counted = r#"live_pack_cache_forgotten_total{cache="model"} 1"#;
        eventually(SOON, async || shows(serve, counted).then_some(())).await;
    }

    redis.kill();
    let (code, body) = forget(&one.ops, MODEL_7);
    assert!(code == 503 && body.contains("only this process"), "{code} {body}");
    eventually(SOON, async || shows(&other, "live_pack_cache_subscribed 0").then_some(())).await;
    assert!(shows(&other, "live_pack_cache_subscriptions_lost_total 1"));
}
