//! A collector for tests: both protocols of OTLP on one port, decoding real exports.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::post,
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
    service::TowerToHyperService,
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTracePartialSuccess, ExportTraceServiceRequest, ExportTraceServiceResponse,
    trace_service_server::{SERVICE_NAME, TraceService, TraceServiceServer},
};
use prost::Message as _;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
    sync::watch,
    task::{JoinHandle, JoinSet},
    time::timeout,
};
use tokio_rustls::TlsAcceptor;

pub use opentelemetry_proto::tonic as otlp;

use crate::settings::{CollectorSettings, Headers, Protocol};

/// Maximum size of an export in bytes: the default of the OpenTelemetry Collector for gRPC.
const LARGEST_EXPORT: usize = 4 * 1024 * 1024;

/// Behaviour of the collector for the next exports.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Conduct {
    /// Accepts all spans.
    #[default]
    Accept,
    /// Reads the request and never answers.
    Hang,
    /// Answers 503 or UNAVAILABLE, with this delay in seconds in `Retry-After` (HTTP only).
    Unavailable(Option<u64>),
    /// Answers 400 or INVALID_ARGUMENT.
    Refuse,
    /// Accepts all but this many spans of each export.
    Reject(i64),
}

/// One received export.
#[derive(Debug, Clone)]
pub struct Export {
    /// Its protocol.
    pub protocol: Protocol,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its message.
    pub request: ExportTraceServiceRequest,
}

/// A running collector. It and its connections end when it is dropped.
pub struct Collector {
    addr: SocketAddr,
    scheme: &'static str,
    inbox: Arc<Inbox>,
    serving: JoinHandle<()>,
}

/// The exports so far, including refused ones, and the behaviour.
struct Inbox {
    exports: watch::Sender<Vec<Export>>,
    conduct: Mutex<Conduct>,
}

impl Collector {
    /// Starts a collector on a free port of loopback.
    ///
    /// # Errors
    /// No socket can be opened.
    pub async fn start() -> std::io::Result<Self> {
        Self::start_at(SocketAddr::from(([127, 0, 0, 1], 0)), None).await
    }

    /// Starts a collector at `addr`, with TLS if there is an acceptor.
    ///
    /// # Errors
    /// No socket can be opened.
    pub async fn start_at(addr: SocketAddr, tls: Option<TlsAcceptor>) -> std::io::Result<Self> {
        let scheme = if tls.is_some() { "https" } else { "http" };
        let listener = TcpListener::bind(addr).await?;
        let addr = listener.local_addr()?;
        let inbox = Arc::new(Inbox { exports: watch::Sender::default(), conduct: Mutex::default() });
        let grpc = TraceServiceServer::from_arc(Arc::clone(&inbox)).max_decoding_message_size(LARGEST_EXPORT);
        let router = Router::new()
            .route("/v1/traces", post(export_over_http))
            .layer(DefaultBodyLimit::max(LARGEST_EXPORT))
            .with_state(Arc::clone(&inbox))
            .route_service(&format!("/{SERVICE_NAME}/Export"), grpc);
        #[expect(clippy::disallowed_methods, reason = "ended with the collector")]
        let serving = tokio::spawn(serve(listener, tls, router));
        Ok(Self { addr, scheme, inbox, serving })
    }

    /// Ends the collector and its connections.
    pub async fn stop(mut self) {
        self.serving.abort();
        // it is cancelled
        drop((&mut self.serving).await);
    }

    /// Its address.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Base URL, for `--otlp-endpoint`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.addr)
    }

    /// Settings of an exporter to this collector.
    ///
    /// # Errors
    /// None is known.
    pub fn settings(&self, protocol: Protocol) -> Result<CollectorSettings, crate::SettingError> {
        Ok(CollectorSettings {
            endpoint: self.url().parse()?,
            protocol,
            headers: Headers::default(),
            authorities: None,
        })
    }

    /// Changes the behaviour from the next export on.
    pub fn conduct(&self, conduct: Conduct) {
        *self.inbox.conduct.lock().unwrap_or_else(PoisonError::into_inner) = conduct;
    }

    /// All exports so far, including those refused or not answered.
    #[must_use]
    pub fn exports(&self) -> Vec<Export> {
        self.inbox.exports.borrow().clone()
    }

    /// All spans so far, in the order of their arrival.
    #[must_use]
    pub fn spans(&self) -> Vec<otlp::trace::v1::Span> {
        spans(&self.inbox.exports.borrow())
    }

    /// Waits for at most `within` until `enough` holds for the spans so far. Returns all spans in either case.
    pub async fn wait_for(
        &self,
        within: Duration,
        enough: impl Fn(&[otlp::trace::v1::Span]) -> bool,
    ) -> Vec<otlp::trace::v1::Span> {
        let mut exports = self.inbox.exports.subscribe();
        // a time-out shows in the spans
        drop(timeout(within, exports.wait_for(|exports| enough(&spans(exports)))).await);
        self.spans()
    }
}

fn spans(exports: &[Export]) -> Vec<otlp::trace::v1::Span> {
    let resources = exports.iter().flat_map(|export| &export.request.resource_spans);
    resources.flat_map(|resource| &resource.scope_spans).flat_map(|scope| scope.spans.iter().cloned()).collect()
}

/// Serves both protocols; all connections end with the future.
async fn serve(listener: TcpListener, tls: Option<TlsAcceptor>, router: Router) {
    let mut connections = JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else { return };
        let (tls, router) = (tls.clone(), router.clone());
        connections.spawn(async move {
            match tls {
                None => answer_all(stream, router).await,
                // a client that does not trust us leaves during the handshake
                Some(tls) => {
                    if let Ok(stream) = tls.accept(stream).await {
                        answer_all(stream, router).await;
                    }
                }
            }
        });
    }
}

/// Answers all requests of one connection.
async fn answer_all(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, router: Router) {
    let server = auto::Builder::new(TokioExecutor::new());
    // a client may leave at any time
    drop(server.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router)).await);
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Inbox {
    /// Notes the export and returns the answer to it.
    fn receive(&self, protocol: Protocol, headers: HeaderMap, request: ExportTraceServiceRequest) -> Conduct {
        self.exports.send_modify(|exports| exports.push(Export { protocol, headers, request }));
        self.conduct.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn answer(rejected: i64) -> ExportTraceServiceResponse {
    let partial = ExportTracePartialSuccess { rejected_spans: rejected, error_message: "too old".to_owned() };
    ExportTraceServiceResponse { partial_success: (rejected > 0).then_some(partial) }
}

async fn export_over_http(State(inbox): State<Arc<Inbox>>, headers: HeaderMap, body: Bytes) -> Response {
    let Ok(request) = ExportTraceServiceRequest::decode(body) else { return StatusCode::BAD_REQUEST.into_response() };
    let rejected = match inbox.receive(Protocol::HttpProtobuf, headers, request) {
        Conduct::Accept => 0,
        Conduct::Hang => std::future::pending().await,
        Conduct::Unavailable(None) => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Conduct::Unavailable(Some(seconds)) => {
            return (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, seconds.to_string())]).into_response();
        }
        Conduct::Refuse => return StatusCode::BAD_REQUEST.into_response(),
        Conduct::Reject(rejected) => rejected,
    };
    ([(header::CONTENT_TYPE, "application/x-protobuf")], answer(rejected).encode_to_vec()).into_response()
}

#[tonic::async_trait]
impl TraceService for Inbox {
    async fn export(
        &self,
        request: tonic::Request<ExportTraceServiceRequest>,
    ) -> Result<tonic::Response<ExportTraceServiceResponse>, tonic::Status> {
        let (metadata, _, request) = request.into_parts();
        let rejected = match self.receive(Protocol::Grpc, metadata.into_headers(), request) {
            Conduct::Accept => 0,
            Conduct::Hang => std::future::pending().await,
            Conduct::Unavailable(_) => return Err(tonic::Status::unavailable("later")),
            Conduct::Refuse => return Err(tonic::Status::invalid_argument("never")),
            Conduct::Reject(rejected) => rejected,
        };
        Ok(tonic::Response::new(answer(rejected)))
    }
}
