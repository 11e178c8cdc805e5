//! OTLP over HTTP/1.1 with protocol buffers.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Uri, header};
use http_body_util::{BodyExt, Full, Limited};
use opentelemetry_proto::tonic::collector::trace::v1::{ExportTraceServiceRequest, ExportTraceServiceResponse};
use prost::Message;

use crate::{
    LARGEST_ANSWER, USER_AGENT,
    attempt::{ExportError, Transport},
    client::{HttpClient, ReadFile, StartError, client},
    settings::CollectorSettings,
};

const PROTOBUF: HeaderValue = HeaderValue::from_static("application/x-protobuf");

/// A collector that speaks HTTP.
pub(crate) struct HttpProtobuf {
    client: HttpClient<Full<Bytes>>,
    url: Uri,
    headers: HeaderMap,
}

impl HttpProtobuf {
    pub(crate) fn new(settings: &CollectorSettings, read: ReadFile) -> Result<Self, StartError> {
        let mut headers = settings.headers.map().clone();
        headers.entry(header::USER_AGENT).or_insert(USER_AGENT);
        headers.insert(header::CONTENT_TYPE, PROTOBUF);
        Ok(Self { client: client(settings, read)?, url: settings.endpoint.traces()?, headers })
    }
}

impl Transport for HttpProtobuf {
    async fn export(&self, request: ExportTraceServiceRequest) -> Result<ExportTraceServiceResponse, ExportError> {
        let mut post = Request::new(Full::new(Bytes::from(request.encode_to_vec())));
        *post.method_mut() = Method::POST;
        *post.uri_mut() = self.url.clone();
        *post.headers_mut() = self.headers.clone();
        let answer = self.client.request(post).await.map_err(|error| ExportError::Unreachable(Box::new(error)))?;
        let status = answer.status();
        if !status.is_success() {
            return Err(ExportError::Http { status, retry_after: retry_after(answer.headers()) });
        }
        let body = Limited::new(answer.into_body(), LARGEST_ANSWER).collect().await;
        let body = body.map_err(ExportError::Unreadable)?.to_bytes();
        ExportTraceServiceResponse::decode(body).map_err(|error| ExportError::Unreadable(Box::new(error)))
    }
}

/// The delay in `Retry-After`. Its other form, a date, is ignored.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}
