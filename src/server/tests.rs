//! The listener and its middleware over real sockets.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::{
    io,
    net::SocketAddr,
    sync::atomic::{AtomicUsize, Ordering},
};

use live_pack_idl::{
    Method,
    json::{encode, message},
    live_pack::{GetLiveBagTabRequest, GetLiveBagTabResponse, LivePackServiceClient, LivePackServiceClientBuilder},
    schema::Schema,
};
use prometheus::Registry;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinHandle,
    time::timeout,
};

use super::{listeners::Incoming, stream::Accepted, *};
use crate::{
    metrics::Outcome,
    testing::{Behaviour, layered},
};

mod draining;
mod origins;
mod paused;

const MOMENT: Duration = Duration::from_secs(5);

/// A running server.
struct Server {
    addr: SocketAddr,
    metrics: Arc<ServerMetrics>,
    lifecycle: Arc<Lifecycle>,
    ended: JoinHandle<Drained>,
}

async fn start(behaviour: Behaviour, options: ServerOptions) -> Server {
    let listener = bind("127.0.0.1:0".parse().unwrap(), "--addr").unwrap();
    let addr = listener.local_addr().unwrap();
    let metrics = Arc::new(ServerMetrics::new(&Registry::new()).unwrap());
    let lifecycle = Arc::new(Lifecycle::default());
    let open = Arc::new(Admission::open());
    let service = layered(behaviour, options.calls, &open, &metrics);
    let ended = tokio::spawn(serve(listener, service, options, open, metrics.clone(), lifecycle.clone()));
    Server { addr, metrics, lifecycle, ended }
}

/// Limits short enough for a test, long enough for a busy machine.
fn quick() -> ServerOptions {
    ServerOptions { drain_linger: Duration::from_millis(50), drain_limit: Duration::from_secs(2), ..Default::default() }
}

/// Speaks TTHeader.
fn volo_client(addr: SocketAddr) -> LivePackServiceClient {
    LivePackServiceClientBuilder::new("live_pack")
        .caller_name("tests")
        .rpc_timeout(Some(Duration::from_millis(700)))
        .address(addr)
        .build()
}

async fn tab(client: &LivePackServiceClient) -> Result<GetLiveBagTabResponse, volo_thrift::ClientError> {
    client.get_live_bag_tab(GetLiveBagTabRequest::default()).await
}

/// A framed call of `GetLiveBagTab`.
fn frame() -> Vec<u8> {
    let schema = Schema::embedded().unwrap();
    let method = schema.method("GetLiveBagTab").unwrap();
    let json = serde_json::json!({ "room": { "room_id": 1 }, "user": {} });
    let request = encode::structure(&schema, schema.structure(&method.request).unwrap(), &json).unwrap();
    message::call(method, &request, 1)
}

/// The status of the framed answer that comes next.
async fn answer(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<i32> {
    let length = stream.read_u32().await?;
    let mut frame = vec![0; usize::try_from(length).unwrap()];
    stream.read_exact(&mut frame).await?;
    Ok(message::status(&frame, 1).unwrap())
}

/// Whether the peer closes the connection, without an answer, within [`MOMENT`].
async fn closes(stream: &mut (impl AsyncRead + Unpin)) -> bool {
    matches!(timeout(MOMENT, stream.read_u8()).await, Ok(Err(_)))
}

#[tokio::test]
async fn ttheader_and_framed_callers_are_both_answered_and_counted() {
    let server = start(Behaviour::Status(20001), quick()).await;
    let client = volo_client(server.addr);
    assert_eq!(tab(&client).await.unwrap().base_resp.status_code, 20001);
    let mut framed = TcpStream::connect(server.addr).await.unwrap();
    for _ in 0..3 {
        framed.write_all(&frame()).await.unwrap();
        assert_eq!(answer(&mut framed).await.unwrap(), 20001);
    }
    assert_eq!(server.metrics.count(Method::GetLiveBagTab, Outcome::Status(20001)), 4);
    assert_eq!(server.metrics.in_flight.get(), 0);
    assert_eq!(server.metrics.connections.get(), 2);
}

#[tokio::test]
async fn handlers_read_log_id_time_left_caller_and_peer() {
    let server = start(Behaviour::Status(0), quick()).await;
    let message = tab(&volo_client(server.addr)).await.unwrap().base_resp.status_message;
    let parts: Vec<_> = message.split(' ').collect();
    assert_eq!(parts.first().map(|log_id| log_id.len()), Some(28));
    assert_eq!(parts.get(1..), Some(["700", "tests", "true"].as_slice()));
    // Framed callers state neither: the setting decides.
    let mut framed = TcpStream::connect(server.addr).await.unwrap();
    framed.write_all(&frame()).await.unwrap();
    assert_eq!(answer(&mut framed).await.unwrap(), 0);
}

#[tokio::test]
async fn a_panicking_handler_costs_one_answer_and_reveals_only_a_log_id() {
    let server = start(Behaviour::Panic, quick()).await;
    let client = volo_client(server.addr);
    for _ in 0..2 {
        let volo_thrift::ClientError::Application(error) = tab(&client).await.unwrap_err() else {
            panic!("an exception of the application is due");
        };
        let text = error.to_string();
        assert!(text.contains("internal error, log id "), "{text}");
        assert!(!text.contains("secret") && !text.contains("rs:"), "{text}");
    }
    assert_eq!(server.metrics.count(Method::GetLiveBagTab, Outcome::Panic), 2);
    assert_eq!(server.metrics.in_flight.get(), 0);
}

#[tokio::test]
async fn connections_beyond_the_cap_are_closed_and_counted() {
    let server = start(Behaviour::Status(0), ServerOptions { max_connections: 1, ..quick() }).await;
    let mut first = TcpStream::connect(server.addr).await.unwrap();
    first.write_all(&frame()).await.unwrap();
    assert_eq!(answer(&mut first).await.unwrap(), 0);
    let mut second = TcpStream::connect(server.addr).await.unwrap();
    assert!(closes(&mut second).await);
    assert_eq!(server.metrics.refused.with_label_values(&["total"]).get(), 1);
    first.write_all(&frame()).await.unwrap();
    assert_eq!(answer(&mut first).await.unwrap(), 0);
}

/// Fails the first accepts as if the table of descriptors were full.
struct Failing(Listeners, AtomicUsize);

impl Incoming for Failing {
    async fn accept(&self) -> io::Result<Accepted> {
        // EMFILE, and ECONNABORTED: the caller was gone before it was accepted.
        let error = [24, 103, 24].get(self.1.fetch_add(1, Ordering::Relaxed));
        if let Some(error) = error {
            return Err(io::Error::from_raw_os_error(*error));
        }
        self.0.accept().await
    }
}

#[tokio::test]
async fn failing_accepts_pause_the_listener_and_do_not_end_it() {
    let listener = bind("127.0.0.1:0".parse().unwrap(), "--addr").unwrap();
    let addr = listener.local_addr().unwrap();
    let metrics = Arc::new(ServerMetrics::new(&Registry::new()).unwrap());
    let open = Arc::new(Admission::open());
    let service = layered(Behaviour::Status(0), quick().calls, &open, &metrics);
    let failing = Failing(listener.into(), AtomicUsize::new(0));
    let guard = Guard::server(guard::services::LIVE_PACK, guard::Limits::of_message(1024), metrics.clone());
    tokio::spawn(accept::run(failing, service, guard, quick(), open, metrics.clone(), Arc::default()));
    assert_eq!(tab(&volo_client(addr)).await.unwrap().base_resp.status_code, 0);
    assert_eq!(metrics.accept_errors.get(), 3);
}

#[tokio::test]
async fn bytes_other_than_thrift_close_only_their_own_connection() {
    let server = start(Behaviour::Status(0), quick()).await;
    let mut http = TcpStream::connect(server.addr).await.unwrap();
    http.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    let mut rest = Vec::new();
    // An exception may come first; what matters is the end.
    let _ = timeout(MOMENT, http.read_to_end(&mut rest)).await.unwrap();
    assert_eq!(tab(&volo_client(server.addr)).await.unwrap().base_resp.status_code, 0);
}
