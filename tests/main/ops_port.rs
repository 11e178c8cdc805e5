//! Slow, silent or many peers of the ops address: they affect neither callers nor probes.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    process::Command,
    time::Duration,
};

use tokio::time::Instant;

use crate::serve::{Serve, http};

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
fn half_requests_by_the_hundred_take_nothing_from_callers_or_probes() {
    let serve = limited(256, "--ops-request-timeout 2s");
    let start = Instant::now();
    let mut held: Vec<_> = (0..300).map(|_| half_request(&serve.ops)).collect();
    assert!(serve.answers(), "Thrift has its descriptors");
    for probe in ["GET /healthz", "GET /readyz", "GET /metrics"] {
        assert_eq!(http(&serve.ops, probe, "").unwrap().0, 200, "{probe}");
    }
    // All are closed in the end, those that were not made room for others as well.
    for stream in &mut held {
        let mut rest = Vec::new();
        drop(stream.read_to_end(&mut rest));
    }
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
}

#[test]
fn callers_that_take_every_descriptor_leave_probes_theirs() {
    let serve = limited(140, "");
    let held: Vec<_> = (0..300).map(|_| TcpStream::connect(&serve.thrift).unwrap()).collect();
    for _ in 0..20 {
        assert_eq!(http(&serve.ops, "GET /healthz", "").unwrap().0, 200);
    }
    drop(held);
    assert!(serve.answers());
}
