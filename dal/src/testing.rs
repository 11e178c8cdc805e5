//! Test kit of this crate: a call, a small Thrift server, servers that misbehave, a real Redis.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

use std::{
    net::SocketAddr,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use live_pack_idl::product_price as wire;
use metainfo::{Forward as _, METAINFO};
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    time::Instant,
};
use volo::net::conn::Conn;
use volo_thrift::{
    EntryMessage, ServerError,
    codec::{
        MakeCodec as _,
        default::{DefaultMakeCodec, framed::MakeFramedCodec, thrift::MakeThriftCodec, ttheader::MakeTTHeaderCodec},
    },
    context::ServerContext,
    tracing::DefaultProvider,
    transport::pingpong,
};

use crate::{
    Call,
    model::{Platform, Region, RouteGroup, Traffic, Viewer},
    rpc::{Rpc, RpcSettings},
};

/// A guest in the US with this much time.
pub(crate) fn call(time: Duration) -> Call {
    Call {
        deadline: Instant::now() + time,
        viewer: Arc::new(Viewer {
            user_id: 0,
            device_id: "device".into(),
            platform: Platform::Ios,
            app_version: 0,
            region: Region::US,
            route_group: RouteGroup::Us,
            language: "en".into(),
            locale: "en-US".into(),
            claims_minor: false,
            is_region_private: false,
        }),
        traffic: Traffic::default(),
        log_id: "log".into(),
        asker: crate::Asker::default(),
        notes: Arc::default(),
        fresh: false,
        room_id: 0,
        recording: None,
    }
}

/// The same for an account.
pub(crate) fn user(time: Duration, user_id: i64) -> Call {
    let mut call = call(time);
    Arc::make_mut(&mut call.viewer).user_id = user_id;
    call
}

pub(crate) fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Clients whose services are all at one address.
pub(crate) fn rpc_at(address: SocketAddr) -> Arc<Rpc> {
    Arc::new(Rpc::new(&RpcSettings::at(|_| address), &prometheus::Registry::new()).unwrap())
}

/// An address that refuses connections.
pub(crate) async fn closed() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

/// An address that lets connections hang: its backlog is full and nothing accepts. The sockets keep it so.
pub(crate) async fn black_hole() -> (SocketAddr, Vec<TcpStream>, TcpListener) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut queue = Vec::new();
    while let Ok(stream) = tokio::time::timeout(millis(300), TcpStream::connect(address)).await {
        queue.push(stream.unwrap());
    }
    (address, queue, listener)
}

/// Serves connections of a fresh port one by one.
pub(crate) async fn listen<F>(serve: impl Fn(TcpStream) -> F + Send + 'static) -> SocketAddr
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(serve(stream));
        }
    });
    address
}

/// Serves a generated service.
pub(crate) async fn thrift<S, Req, Resp>(server: S) -> SocketAddr
where
    S: motore::Service<ServerContext, Req, Response = Resp> + Clone + Send + Sync + 'static,
    S::Error: Into<ServerError> + Send,
    Req: EntryMessage + Send + 'static,
    Resp: EntryMessage + Send + 'static,
{
    listen(move |stream| {
        let server = server.clone();
        async move {
            let (read, write) = Conn::from(stream).stream.into_split();
            let codec: DefaultMakeCodec<MakeTTHeaderCodec<MakeFramedCodec<MakeThriftCodec>>> =
                DefaultMakeCodec::default();
            let (encoder, decoder) = codec.make_codec(read, write);
            let (never, end) = (tokio::sync::Notify::new(), Arc::default());
            let tracers = Arc::from([]);
            pingpong::serve(encoder, decoder, never.notified(), end, &server, tracers, None, DefaultProvider).await;
        }
    })
    .await
}

type PriceAnswer = dyn Fn(&[i64], &str) -> Result<wire::MGetProductPriceResponse, ServerError> + Send + Sync;

/// The transport header of a call, as the service reads it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Heard {
    pub(crate) lane: String,
    pub(crate) log_id: String,
    pub(crate) trace_parent: String,
    pub(crate) trace_state: String,
}

type Told = Arc<dyn Fn(Heard, live_pack_idl::base::Base) + Send + Sync>;

/// The behaviour of the tests' price server.
#[derive(Clone)]
pub(crate) struct Prices {
    /// Answers a request; the second argument is its route group.
    pub(crate) answer: Arc<PriceAnswer>,
    /// Delay before the answer.
    pub(crate) delay: Duration,
    /// Gets header and envelope of each request.
    pub(crate) told: Option<Told>,
    /// Calls so far.
    pub(crate) calls: Arc<std::sync::atomic::AtomicUsize>,
}

impl Prices {
    /// Every product costs its id; ids above 1000 do not exist.
    pub(crate) fn by_id() -> Self {
        Self::answering(|ids, _| Ok(priced(ids)))
    }

    pub(crate) fn answering(
        answer: impl Fn(&[i64], &str) -> Result<wire::MGetProductPriceResponse, ServerError> + Send + Sync + 'static,
    ) -> Self {
        Self { answer: Arc::new(answer), delay: Duration::ZERO, told: None, calls: Arc::default() }
    }

    pub(crate) fn calls(&self) -> usize {
        self.calls.load(std::sync::atomic::Ordering::SeqCst)
    }

    pub(crate) async fn serve(&self) -> SocketAddr {
        thrift::<_, wire::ProductPriceServiceRequestRecv, _>(wire::ProductPriceServiceServer::from_handler(
            self.clone(),
        ))
        .await
    }
}

pub(crate) fn priced(ids: &[i64]) -> wire::MGetProductPriceResponse {
    let sku = |id: i64| wire::SkuPrice { sku_id: id, retail: format!("{id}.50").into(), ..Default::default() };
    let price = |id: i64| wire::ProductPrice { currency: "USD".into(), skus: vec![sku(id)] };
    let products = ids.iter().filter(|id| **id <= 1000).map(|id| (*id, price(*id))).collect();
    wire::MGetProductPriceResponse { products, ..Default::default() }
}

impl wire::ProductPriceService for Prices {
    async fn m_get_product_price(
        &self,
        req: wire::MGetProductPriceRequest,
    ) -> Result<wire::MGetProductPriceResponse, ServerError> {
        self.calls.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let header = |key| METAINFO.with(|header| header.borrow().get_upstream(key)).unwrap_or_default();
        if let Some(told) = &self.told {
            let base = req.base.clone().unwrap_or_default();
            let header = |key| header(key).to_string();
            let heard = Heard {
                lane: header("LP_LANE"),
                log_id: header("LP_LOG_ID"),
                trace_parent: header("traceparent"),
                trace_state: header("tracestate"),
            };
            told(heard, base);
        }
        let answer = (self.answer)(&req.product_ids, &header("LP_ROUTE_GROUP"));
        tokio::time::sleep(self.delay).await;
        answer
    }
}

/// A real Redis on its own port. Ends with the value.
pub(crate) struct RedisServer {
    child: Child,
    port: u16,
    pub(crate) url: String,
}

impl RedisServer {
    /// Starts one and waits until it answers.
    pub(crate) async fn start() -> Self {
        // redis-server cannot be handed a bound socket, so a port that was taken meanwhile is tried again
        for _ in 0..5 {
            let port = closed().await.port();
            let mut server = Self { child: Self::spawn(port), url: format!("redis://127.0.0.1:{port}"), port };
            if server.answers().await {
                return server;
            }
            server.kill();
        }
        panic!("redis-server does not answer");
    }

    /// Starts it again on its port, empty.
    pub(crate) async fn restart(&mut self) {
        self.child = Self::spawn(self.port);
        assert!(self.answers().await, "redis-server does not come back");
    }

    fn spawn(port: u16) -> Child {
        Command::new("redis-server")
            .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
            .stdout(Stdio::null())
            .spawn()
            .expect("redis-server is installed")
    }

    async fn answers(&self) -> bool {
        for _ in 0..200 {
            if self.raw().await.is_some() {
                return true;
            }
            tokio::time::sleep(millis(10)).await;
        }
        false
    }

    /// A connection of the test's own.
    pub(crate) async fn raw(&self) -> Option<redis::aio::MultiplexedConnection> {
        let mut connection =
            redis::Client::open(self.url.as_str()).unwrap().get_multiplexed_async_connection().await.ok()?;
        redis::cmd("PING").query_async::<String>(&mut connection).await.ok()?;
        Some(connection)
    }

    /// Lets its connections hang.
    pub(crate) fn stop(&self) {
        self.signal("STOP");
    }

    /// Lets it continue.
    pub(crate) fn resume(&self) {
        self.signal("CONT");
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    pub(crate) fn kill(&mut self) {
        // it may be gone already
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A real etcd on its own ports. Ends with the value.
pub(crate) struct EtcdServer {
    child: Child,
    _folder: tempfile::TempDir,
    pub(crate) at: SocketAddr,
}

impl EtcdServer {
    /// Starts one and waits until it answers.
    pub(crate) async fn start() -> Self {
        for _ in 0..5 {
            let (at, peers) = (closed().await, closed().await);
            let folder = tempfile::tempdir().unwrap();
            let child = Command::new(Self::program())
                .arg("--data-dir")
                .arg(folder.path())
                .args([
                    "--listen-client-urls",
                    &format!("http://{at}"),
                    "--advertise-client-urls",
                    &format!("http://{at}"),
                ])
                .args(["--listen-peer-urls", &format!("http://{peers}"), "--initial-advertise-peer-urls"])
                .args([&format!("http://{peers}"), "--initial-cluster", &format!("default=http://{peers}")])
                .args(["--unsafe-no-fsync"])
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .expect("etcd is installed or unpacked: make etcd");
            let server = Self { child, _folder: folder, at };
            for _ in 0..500 {
                if server.post("/v3/kv/range", r#"{"key": "AA=="}"#).await.is_some() {
                    return server;
                }
                tokio::time::sleep(millis(10)).await;
            }
        }
        panic!("etcd does not answer");
    }

    /// The installed program, or the one that the Makefile has unpacked.
    fn program() -> std::path::PathBuf {
        let target = std::env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"), Into::into);
        let unpacked = target.join("etcd/usr/bin/etcd");
        if unpacked.exists() { unpacked } else { "etcd".into() }
    }

    /// The answer of its JSON gateway, if it is a good one.
    pub(crate) async fn post(&self, path: &str, body: &str) -> Option<String> {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let mut stream = TcpStream::connect(self.at).await.ok()?;
        let length = body.len();
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: etcd\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).await.ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.ok()?;
        answer.starts_with("HTTP/1.1 200").then_some(answer)
    }

    pub(crate) async fn put(&self, key: &str, value: &str) {
        use base64::{Engine as _, engine::general_purpose::STANDARD};
        let body = format!(r#"{{"key": "{}", "value": "{}"}}"#, STANDARD.encode(key), STANDARD.encode(value));
        self.post("/v3/kv/put", &body).await.unwrap();
    }

    pub(crate) async fn delete(&self, key: &str) {
        use base64::{Engine as _, engine::general_purpose::STANDARD};
        self.post("/v3/kv/deleterange", &format!(r#"{{"key": "{}"}}"#, STANDARD.encode(key))).await.unwrap();
    }
}

impl Drop for EtcdServer {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
