//! Early shedding over real sockets, beside a server without it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "tests")]

use std::{cell::RefCell, time::Duration};

use live_pack_dal::config::Conf;
use live_pack_idl::guard::{Limits, services};
use metainfo::{METAINFO, MetaInfo};
use prometheus::{IntCounter, Registry};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpStream, UnixStream},
    task::JoinHandle,
    time::timeout,
};
use tokio_util::sync::CancellationToken;
use volo_thrift::context::ServerContext;

use super::*;
use crate::{
    pack_service::{Request, peer::Peer},
    server::{ServerOptions, bind, halves, serve_with, stream::Accepted},
    testing::{Behaviour, conf, layered},
};

const MOMENT: Duration = Duration::from_secs(10);
const SEQUENCE: [u8; 4] = [0x12, 0x34, 0x56, 0x78];

/// A call with the smallest request that every method accepts: the mandatory fields of all methods. Each method ignores
/// those of the others.
fn call(method: &str) -> Vec<u8> {
    let mut message = vec![0x80, 1, 0, 1];
    message.extend(u32::try_from(method.len()).unwrap().to_be_bytes());
    message.extend(method.as_bytes());
    message.extend(SEQUENCE);
    // the argument
    message.extend([12, 0, 1]);
    message.extend(match method {
        // an empty list, of rooms or of slots
        "MGetRoomLiteData" | "MGetFcpEcomComponent" => vec![15, 0, 1, 12, 0, 0, 0, 0],
        _ => [&[12, 0, 1, 10, 0, 1][..], &1001_i64.to_be_bytes(), &[0]].concat(),
    });
    // the user
    message.extend([&[12, 0, 2, 10, 0, 1][..], &101_i64.to_be_bytes(), &[0]].concat());
    message.extend(match method {
        "GetLiveBagRefresh" => vec![15, 0, 3, 10, 0, 0, 0, 0],
        "GetSurpriseSetDetail" => [&[10, 0, 3][..], &7_i64.to_be_bytes()].concat(),
        _ => Vec::new(),
    });
    message.extend([0, 0]);
    message
}

fn framed(bytes: &[u8]) -> Vec<u8> {
    [&u32::try_from(bytes.len()).unwrap().to_be_bytes(), bytes].concat()
}

fn with_header(payload: &[u8]) -> Vec<u8> {
    framed(&[&[0x10, 0, 0, 0][..], &SEQUENCE, &[0, 1, 0, 0, 0, 0], payload].concat())
}

fn guard(metrics: &Arc<ServerMetrics>) -> Guard {
    Guard::server(services::LIVE_PACK, Limits::of_message(1 << 20), metrics.clone())
}

fn metrics() -> Arc<ServerMetrics> {
    Arc::new(ServerMetrics::new(&Registry::new()).unwrap())
}

/// A shedding codec on one connection, without a handler.
struct OneConnection {
    client: UnixStream,
    metrics: Arc<ServerMetrics>,
    timed_out: IntCounter,
    /// Ends with the message that passes the codec, or with the connection.
    passed: JoinHandle<Result<Option<Request>, ThriftException>>,
}

async fn connection(conf: &Conf, message_timeout: Duration, access_log_one_in: u32) -> OneConnection {
    let (client, stream) = UnixStream::pair().unwrap();
    let (read, write, peer) = Accepted::Unix(stream, Peer::user(1)).open(None).await.unwrap();
    let limits = halves::Limits::of(&ServerOptions { message_timeout, ..ServerOptions::default() });
    let timed_out = IntCounter::new("timed_out", "for the test").unwrap();
    let halves = halves::split((read, write), Arc::new(peer), limits, CancellationToken::new(), timed_out.clone());
    let (admission, metrics) = (Arc::new(Admission::critical_only(conf)), metrics());
    let lifecycle = Arc::new(Lifecycle::default());
    lifecycle.ready();
    let calls = CallOptions { access_log_one_in, ..CallOptions::default() };
    let codec = SheddingCodec::new(guard(&metrics), calls, admission, metrics.clone(), lifecycle);
    let passed = async move {
        let (_writer, mut decoder) = codec.make_codec(halves.0, halves.1);
        let message = decoder.decode::<Request, _>(&mut ServerContext::default()).await?;
        Ok(message.and_then(|message| message.data.ok()))
    };
    let passed = tokio::spawn(METAINFO.scope(RefCell::new(MetaInfo::default()), passed));
    OneConnection { client, metrics, timed_out, passed }
}

async fn exchange(stream: &mut UnixStream, request: &[u8], answer: &mut [u8]) {
    stream.write_all(request).await.unwrap();
    timeout(MOMENT, stream.read_exact(answer)).await.expect("no answer").unwrap();
}

#[tokio::test]
async fn an_early_refusal_has_the_same_bytes_as_one_of_the_layers() {
    let listener = bind("127.0.0.1:0".parse().unwrap(), "--addr").unwrap();
    let addr = listener.local_addr().unwrap();
    let (behind, shed) = (metrics(), Arc::new(Admission::critical_only(&Conf::default())));
    let options = ServerOptions::default();
    let service = layered(Behaviour::Status(0), options.calls, &shed, &behind);
    tokio::spawn(serve_with(guard(&behind), listener, service, options, shed, behind.clone(), Arc::default()));
    let mut without = TcpStream::connect(addr).await.unwrap();
    let mut shedding = connection(&Conf::default(), MOMENT, 0).await;
    for method in Method::ALL {
        let call = call(method.name());
        let transports = [
            ("buffered", call.clone()),
            ("framed", framed(&call)),
            ("header", with_header(&call)),
            ("header, framed", with_header(&framed(&call))),
        ];
        for (name, request) in &transports {
            let mut expected = vec![0; 4096];
            without.write_all(request).await.unwrap();
            let length = timeout(MOMENT, without.read(&mut expected)).await.unwrap().unwrap();
            expected.truncate(length);
            let mut answer = vec![0; length];
            exchange(&mut shedding.client, request, &mut answer).await;
            assert_eq!(answer, expected, "{method:?} {name}");
        }
        let refused = Outcome::Status(10_006);
        assert_eq!((shedding.metrics.count(method, refused), behind.count(method, refused)), (4, 4), "{method:?}");
    }
    drop(shedding.client);
    assert!(shedding.passed.await.unwrap().unwrap().is_none(), "something passed");
}

#[tokio::test]
async fn what_the_codec_does_not_decide_passes_it() {
    for (name, files, one_in) in [
        ("critical", [("CallerConf", r#"{ "unknown": { "class": "critical" } }"#)], 0),
        ("forbidden", [("CallerConf", r#"{ "unknown": { "methods": [] } }"#)], 0),
        ("without overload control", [("OverloadConf", r#"{ "enabled": false }"#)], 0),
        ("in the access log", [("CallerConf", "{}")], 1),
        ("in the access log by configuration", [("LogConf", r#"{ "access": 1 }"#)], 0),
    ] {
        let mut shedding = connection(&conf(&files), MOMENT, one_in).await;
        shedding.client.write_all(&framed(&call("GetLiveBagTab"))).await.unwrap();
        let passed = timeout(MOMENT, shedding.passed).await.expect(name).unwrap().unwrap().expect(name);
        assert_eq!(Method::of(&passed), Method::GetLiveBagTab, "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_reader_gets_all_answers_and_one_that_reads_none_is_closed() {
    const CALLS: usize = 60_000;
    let request = framed(&call("GetLiveBagTab"));
    let mut shedding = connection(&Conf::default(), MOMENT, 0).await;
    let mut first = [0; 4];
    exchange(&mut shedding.client, &request, &mut first).await;
    let length = usize::try_from(u32::from_be_bytes(first)).unwrap();
    let mut rest = vec![0; length];
    shedding.client.read_exact(&mut rest).await.unwrap();

    let (mut from, mut to) = shedding.client.into_split();
    let calls = request.repeat(CALLS);
    let writing = tokio::spawn(async move { to.write_all(&calls).await.map(|()| to) });
    // The paused clock moves on when neither side can write: both directions are full.
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!writing.is_finished());
    let answer = [&first[..], &rest].concat();
    for number in 0..CALLS {
        let mut next = vec![0; answer.len()];
        timeout(MOMENT, from.read_exact(&mut next)).await.expect("no answer").unwrap();
        assert_eq!(next, answer, "{number}");
    }
    drop((from, writing.await.unwrap()));
    assert!(shedding.passed.await.unwrap().unwrap().is_none());

    let mut shedding = connection(&Conf::default(), Duration::from_millis(100), 0).await;
    let calls = request.repeat(CALLS);
    // Until both directions are full, and then until the server hangs up.
    let writing = async { while shedding.client.write_all(&calls).await.is_ok() {} };
    let (passed, written) = tokio::join!(shedding.passed, timeout(MOMENT, writing));
    assert!(passed.unwrap().is_err());
    written.expect("the connection stays open");
    assert_eq!(shedding.timed_out.get(), 1);
}
