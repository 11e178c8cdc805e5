//! Slow, silent and many peers of the ops server, over real sockets.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests")]

use std::{
    io::{Read as _, Write as _},
    net::{TcpListener as StdTcpListener, TcpStream as StdTcpStream},
};

use axum::{Router, body::Body, routing::any};

use super::*;

const REQUEST: Duration = Duration::from_millis(300);
const IDLE: Duration = Duration::from_millis(900);

/// A server that reads whole bodies, and answers `/long` with more than a peer's buffers hold.
struct Server {
    addr: SocketAddr,
    registry: Registry,
}

fn serve(connections: usize) -> Server {
    let limits = OpsLimits { connections, request: REQUEST, idle: IDLE };
    let tcp = StdTcpListener::bind("127.0.0.1:0").unwrap();
    tcp.set_nonblocking(true).unwrap();
    let (addr, registry) = (tcp.local_addr().unwrap(), Registry::new());
    let counted = registry.clone();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = Listener::new(TcpListener::from_std(tcp).unwrap(), limits, &counted).unwrap();
            let long = || async { Body::from(vec![b' '; 32 * 1024 * 1024]) };
            let router = Router::new().route("/", any(|body: String| async { body })).route("/long", any(long));
            axum::serve(listener, router).await.unwrap();
        });
    });
    Server { addr, registry }
}

impl Server {
    fn connect(&self, bytes: &str) -> StdTcpStream {
        let mut stream = StdTcpStream::connect(self.addr).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream.write_all(bytes.as_bytes()).unwrap();
        stream
    }

    fn cut(&self, reason: &str) -> f64 {
        let families = self.registry.gather();
        let family = families.iter().find(|family| family.name() == "live_pack_ops_connections_cut_total");
        let has = |metric: &&prometheus::proto::Metric| metric.get_label().iter().any(|it| it.value() == reason);
        let metric = family.and_then(|family| family.get_metric().iter().find(has));
        metric.map_or(0.0, |metric| metric.get_counter().get_value())
    }
}

/// Time until the peer has closed the connection.
fn until_closed(mut stream: &StdTcpStream) -> Duration {
    let start = Instant::now();
    let mut rest = Vec::new();
    // a reset is an end as well
    drop(stream.read_to_end(&mut rest));
    start.elapsed()
}

const WHOLE: &str = "GET / HTTP/1.1\r\nHost: ops\r\n\r\n";

#[test]
fn an_incomplete_request_is_cut_off() {
    let server = serve(16);
    for half in [
        "",
        "GET / HT",
        "GET / HTTP/1.1\r\nHost: ops\r\n",
        "POST / HTTP/1.1\r\nHost: ops\r\nContent-Length: 9\r\n\r\nhalf",
    ] {
        let stream = server.connect(half);
        let took = until_closed(&stream);
        assert!(took >= REQUEST - Duration::from_millis(20) && took < Duration::from_secs(10), "{half:?}: {took:?}");
    }
    assert!(server.cut("slow") >= 4.0);
}

#[test]
fn a_request_that_dribbles_is_cut_off_as_well() {
    let server = serve(16);
    let mut stream = server.connect("GET / HTTP/1.1\r\n");
    let start = Instant::now();
    while stream.write_all(b"X: y\r\n").is_ok() {
        assert!(start.elapsed() < Duration::from_secs(10), "bytes do not buy time");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn an_idle_connection_is_kept_for_a_while_and_no_longer() {
    let server = serve(16);
    let mut stream = server.connect(WHOLE);
    let mut answer = [0; 15];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200 OK");
    std::thread::sleep(REQUEST + Duration::from_millis(100));
    stream.write_all(WHOLE.as_bytes()).unwrap();
    let took = until_closed(&stream);
    assert!(took >= IDLE - Duration::from_millis(20) && took < Duration::from_secs(10), "{took:?}");
}

#[test]
fn an_answer_that_is_not_read_is_abandoned() {
    let server = serve(16);
    let held = server.connect("GET /long HTTP/1.1\r\nHost: ops\r\n\r\n");
    let end = Instant::now() + Duration::from_secs(10);
    while server.cut("slow") == 0.0 {
        assert!(Instant::now() < end);
        std::thread::sleep(Duration::from_millis(20));
    }
    drop(held);
}

#[test]
fn a_new_connection_takes_the_place_of_the_oldest() {
    let server = serve(4);
    let held: Vec<_> = (0..40).map(|_| server.connect("GET / HT")).collect();
    let mut stream = server.connect(WHOLE);
    let mut answer = [0; 15];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200 OK");
    assert!(server.cut("crowded") >= 36.0, "{}", server.cut("crowded"));
    drop(held);
}
