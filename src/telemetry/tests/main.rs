//! Real exports to a real collector on loopback, over both protocols.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};

use live_pack_telemetry::{
    CollectorSettings, DropReason, Exporter, FailureKind, Observer, Protocol, Span, SpanId, SpanKind, SpanStatus,
    TraceId, Value,
    testing::{
        Collector, Conduct,
        otlp::{
            common::v1::{AnyValue, ArrayValue, KeyValue, any_value},
            trace::v1::{self as otlp, span, status},
        },
    },
};

use rustls::{ServerConfig, crypto::ring, pki_types::PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

const PROTOCOLS: [Protocol; 2] = [Protocol::Grpc, Protocol::HttpProtobuf];

/// Maximum real time until an export arrives.
const SOON: Duration = Duration::from_secs(10);

#[derive(Default)]
struct Counts {
    exported: AtomicU64,
    dropped: AtomicU64,
    failed: AtomicU64,
}

impl Counts {
    fn all(&self) -> [u64; 3] {
        [&self.exported, &self.dropped, &self.failed].map(|count| count.load(SeqCst))
    }
}

impl Observer for Counts {
    fn exported(&self, spans: u64) {
        self.exported.fetch_add(spans, SeqCst);
    }

    fn dropped(&self, _reason: DropReason, spans: u64) {
        self.dropped.fetch_add(spans, SeqCst);
    }

    fn failed(&self, _kind: FailureKind) {
        self.failed.fetch_add(1, SeqCst);
    }
}

fn call() -> Span {
    Span {
        trace_id: TraceId(0x0102_0304_0506_0708_090a_0b0c_0d0e_0f10),
        span_id: SpanId(0x1112_1314_1516_1718),
        parent: Some(SpanId(0x2122_2324_2526_2728)),
        name: "ProductPriceLoader".into(),
        kind: SpanKind::Client,
        start_unix_nanos: 1_700_000_000_000_000_001,
        end_unix_nanos: 1_700_000_000_000_000_009,
        attributes: vec![
            ("engine", "LiveBagProductsEngine".into()),
            ("attempts", 2.into()),
            ("share", 0.5.into()),
            ("hedged", true.into()),
            ("arms", Value::Texts(vec!["a".into(), "b".into()])),
        ],
        dropped_attributes: 3,
        status: SpanStatus::Error("timed_out".into()),
    }
}

fn attribute(key: &str, value: any_value::Value) -> KeyValue {
    KeyValue { key: key.to_owned(), value: Some(AnyValue { value: Some(value) }), ..KeyValue::default() }
}

fn text(text: &str) -> any_value::Value {
    any_value::Value::StringValue(text.to_owned())
}

/// [`call`] as an OTLP message.
fn expected() -> otlp::Span {
    let arms = ["a", "b"].map(|arm| AnyValue { value: Some(text(arm)) }).to_vec();
    otlp::Span {
        trace_id: (1..=16).collect(),
        span_id: (0x11..=0x18).collect(),
        parent_span_id: (0x21..=0x28).collect(),
        name: "ProductPriceLoader".to_owned(),
        kind: span::SpanKind::Client.into(),
        start_time_unix_nano: 1_700_000_000_000_000_001,
        end_time_unix_nano: 1_700_000_000_000_000_009,
        attributes: vec![
            attribute("engine", text("LiveBagProductsEngine")),
            attribute("attempts", any_value::Value::IntValue(2)),
            attribute("share", any_value::Value::DoubleValue(0.5)),
            attribute("hedged", any_value::Value::BoolValue(true)),
            attribute("arms", any_value::Value::ArrayValue(ArrayValue { values: arms })),
        ],
        dropped_attributes_count: 3,
        status: Some(otlp::Status { code: status::StatusCode::Error.into(), message: "timed_out".to_owned() }),
        ..otlp::Span::default()
    }
}

fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    std::fs::read(path)
}

fn started(settings: &CollectorSettings) -> (Exporter, Arc<Counts>) {
    let counts = Arc::new(Counts::default());
    let resource = vec![("service.name", "live-pack".into())];
    (Exporter::start(settings, resource, counts.clone(), read).unwrap(), counts)
}

async fn collector(protocol: Protocol) -> (Collector, Exporter, Arc<Counts>) {
    let collector = Collector::start().await.unwrap();
    let (exporter, counts) = started(&collector.settings(protocol).unwrap());
    (collector, exporter, counts)
}

#[tokio::test]
async fn a_span_arrives_whole() {
    for protocol in PROTOCOLS {
        let (collector, exporter, counts) = collector(protocol).await;
        assert!(exporter.send(vec![call()]));
        exporter.end(SOON).await;
        assert_eq!(collector.spans(), [expected()], "{protocol}");
        let export = &collector.exports()[0];
        assert_eq!(export.protocol, protocol);
        let resource = export.request.resource_spans[0].resource.as_ref().unwrap();
        assert_eq!(resource.attributes, [attribute("service.name", text("live-pack"))]);
        assert_eq!(counts.all(), [1, 0, 0], "{protocol}");
    }
}

#[tokio::test]
async fn headers_are_sent_with_each_export() {
    for protocol in PROTOCOLS {
        let collector = Collector::start().await.unwrap();
        let headers = "api-key=a%20b, x-tenant=7".parse().unwrap();
        let (exporter, _) = started(&CollectorSettings { headers, ..collector.settings(protocol).unwrap() });
        exporter.send(vec![call()]);
        exporter.end(SOON).await;
        let headers = &collector.exports()[0].headers;
        let read = ["api-key", "x-tenant", "user-agent"].map(|name| headers[name].to_str().unwrap());
        assert_eq!(read[..2], ["a b", "7"], "{protocol}");
        assert!(read[2].starts_with("live-pack-telemetry/"), "{protocol}: {}", read[2]);
    }
}

#[tokio::test]
async fn a_collector_that_was_unavailable_gets_the_same_spans_again() {
    for protocol in PROTOCOLS {
        let (collector, exporter, counts) = collector(protocol).await;
        collector.conduct(Conduct::Unavailable(None));
        exporter.send(vec![call()]);
        collector.wait_for(SOON, |spans| !spans.is_empty()).await;
        collector.conduct(Conduct::Accept);
        exporter.end(SOON).await;
        assert_eq!(collector.spans(), [expected(), expected()], "{protocol}");
        assert_eq!(counts.all(), [1, 0, 1], "{protocol}");
    }
}

#[tokio::test]
async fn a_refusal_and_a_partial_success_are_counted() {
    for protocol in PROTOCOLS {
        for (conduct, counted) in [(Conduct::Refuse, [0, 3, 1]), (Conduct::Reject(2), [1, 2, 0])] {
            let (collector, exporter, counts) = collector(protocol).await;
            collector.conduct(conduct.clone());
            exporter.send(vec![call(); 3]);
            exporter.end(SOON).await;
            assert_eq!(counts.all(), counted, "{protocol} {conduct:?}");
            assert_eq!(collector.exports().len(), 1, "{protocol} {conduct:?}");
        }
    }
}

#[tokio::test]
async fn spans_for_a_dead_collector_are_lost_and_counted() {
    for protocol in PROTOCOLS {
        let collector = Collector::start().await.unwrap();
        let settings = collector.settings(protocol).unwrap();
        collector.stop().await;
        let (exporter, counts) = started(&settings);
        exporter.send(vec![call()]);
        exporter.end(Duration::from_millis(100)).await;
        let [exported, dropped, failed] = counts.all();
        assert_eq!((exported, dropped), (0, 1), "{protocol}");
        assert!(failed <= 1, "{protocol}: {failed}");
    }
}

#[tokio::test]
async fn a_hanging_collector_does_not_delay_the_end() {
    for protocol in PROTOCOLS {
        let (collector, exporter, counts) = collector(protocol).await;
        collector.conduct(Conduct::Hang);
        exporter.send(vec![call()]);
        collector.wait_for(SOON, |spans| !spans.is_empty()).await;
        tokio::time::timeout(SOON, exporter.end(Duration::from_millis(50))).await.unwrap();
        assert_eq!(counts.all(), [0, 1, 0], "{protocol}");
    }
}

#[tokio::test]
async fn a_collector_that_starts_later_is_found_again() {
    for protocol in PROTOCOLS {
        let (collector, exporter, counts) = collector(protocol).await;
        let addr = collector.addr();
        exporter.send(vec![call()]);
        assert_eq!(collector.wait_for(SOON, |spans| spans.len() == 1).await.len(), 1, "{protocol}");
        collector.stop().await;
        let restarted = Collector::start_at(addr, None).await.unwrap();
        exporter.send(vec![call()]);
        exporter.end(SOON).await;
        assert_eq!(restarted.spans().len(), 1, "{protocol}");
        assert_eq!(counts.all()[..2], [2, 0], "{protocol}");
    }
}

/// A self-signed certificate for 127.0.0.1: the acceptor of the server, and the certificate in PEM.
fn certificate() -> (TlsAcceptor, String) {
    let rcgen::CertifiedKey { cert, signing_key } =
        rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
    let server = ServerConfig::builder_with_provider(ring::default_provider().into())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    (TlsAcceptor::from(Arc::new(server)), cert.pem())
}

#[tokio::test]
async fn https_needs_an_authority_that_is_trusted() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let (tls, pem) = certificate();
    std::fs::write(file.path(), pem).unwrap();
    for protocol in PROTOCOLS {
        let addr = ([127, 0, 0, 1], 0).into();
        let collector = Collector::start_at(addr, Some(tls.clone())).await.unwrap();
        let untrusting = collector.settings(protocol).unwrap();
        let trusting = CollectorSettings { authorities: Some(file.path().to_owned()), ..untrusting.clone() };
        let (exporter, counts) = started(&untrusting);
        exporter.send(vec![call()]);
        exporter.end(Duration::from_millis(200)).await;
        assert_eq!(counts.all()[..2], [0, 1], "{protocol}");
        assert_eq!(collector.spans(), [], "{protocol}");
        let (exporter, counts) = started(&trusting);
        exporter.send(vec![call()]);
        exporter.end(SOON).await;
        assert_eq!(collector.spans(), [expected()], "{protocol}");
        assert_eq!(counts.all(), [1, 0, 0], "{protocol}");
    }
}

#[tokio::test]
async fn a_file_without_authorities_is_refused() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let settings = |path: &Path| CollectorSettings {
        endpoint: "https://localhost".parse().unwrap(),
        protocol: Protocol::Grpc,
        headers: Default::default(),
        authorities: Some(path.to_owned()),
    };
    let error = |path| match Exporter::start(&settings(path), Vec::new(), Arc::new(Counts::default()), read) {
        Ok(_) => panic!("{} is taken", path.display()),
        Err(error) => error.to_string(),
    };
    let shown = file.path().display();
    assert_eq!(error(file.path()), format!("{shown}: must have at least one certificate in PEM"));
    assert_eq!(error(Path::new("/nowhere")), "cannot read the collector's authorities /nowhere");
}
