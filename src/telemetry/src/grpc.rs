//! OTLP over gRPC.

use std::time::Duration;

use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse, trace_service_client::TraceServiceClient,
};
use prost::Message;
use tonic::{Extensions, Request, Status, body::Body, metadata::MetadataMap};

use crate::{
    LARGEST_ANSWER, USER_AGENT,
    attempt::{ExportError, Transport, shortened},
    client::{HttpClient, ReadFile, StartError, client},
    settings::CollectorSettings,
};

/// Type of the status detail that holds the delay before a retry.
const RETRY_INFO: &str = "type.googleapis.com/google.rpc.RetryInfo";

/// A collector that speaks gRPC.
pub(crate) struct Grpc {
    client: TraceServiceClient<HttpClient<Body>>,
    metadata: MetadataMap,
}

impl Grpc {
    pub(crate) fn new(settings: &CollectorSettings, read: ReadFile) -> Result<Self, StartError> {
        let client = TraceServiceClient::with_origin(client::<Body>(settings, read)?, settings.endpoint.base().clone())
            .max_decoding_message_size(LARGEST_ANSWER);
        let mut headers = settings.headers.map().clone();
        headers.entry(http::header::USER_AGENT).or_insert(USER_AGENT);
        Ok(Self { client, metadata: MetadataMap::from_headers(headers) })
    }
}

impl Transport for Grpc {
    async fn export(&self, request: ExportTraceServiceRequest) -> Result<ExportTraceServiceResponse, ExportError> {
        let request = Request::from_parts(self.metadata.clone(), Extensions::default(), request);
        let answer = self.client.clone().export(request).await;
        answer.map(tonic::Response::into_inner).map_err(failure)
    }
}

fn failure(status: Status) -> ExportError {
    // without an answer, tonic makes the status from the error of the connection
    if std::error::Error::source(&status).is_some() {
        return ExportError::Unreachable(Box::new(status));
    }
    ExportError::Grpc {
        code: status.code(),
        text: shortened(status.message()),
        retry_after: retry_delay(status.details()),
    }
}

/// `google.rpc.Status`, as far as it is read.
#[derive(Clone, PartialEq, Message)]
struct RpcStatus {
    #[prost(message, repeated, tag = "3")]
    details: Vec<AnyMessage>,
}

/// `google.protobuf.Any`.
#[derive(Clone, PartialEq, Message)]
struct AnyMessage {
    #[prost(string, tag = "1")]
    type_url: String,
    #[prost(bytes = "vec", tag = "2")]
    value: Vec<u8>,
}

/// `google.rpc.RetryInfo`.
#[derive(Clone, PartialEq, Message)]
struct RetryInfo {
    #[prost(message, optional, tag = "1")]
    retry_delay: Option<ProtoDuration>,
}

/// `google.protobuf.Duration`.
#[derive(Clone, Copy, PartialEq, Message)]
struct ProtoDuration {
    #[prost(int64, tag = "1")]
    seconds: i64,
    #[prost(int32, tag = "2")]
    nanos: i32,
}

/// The delay in the `RetryInfo` of a status, if it has one.
fn retry_delay(details: &[u8]) -> Option<Duration> {
    let status = RpcStatus::decode(details).ok()?;
    let detail = status.details.iter().find(|detail| detail.type_url == RETRY_INFO)?;
    let delay = RetryInfo::decode(detail.value.as_slice()).ok()?.retry_delay?;
    let seconds = Duration::from_secs(delay.seconds.try_into().ok()?);
    Some(seconds + Duration::from_nanos(delay.nanos.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_of_a_status_is_read_from_its_details() {
        let info = RetryInfo { retry_delay: Some(ProtoDuration { seconds: 2, nanos: 500_000_000 }) };
        let detail = AnyMessage { type_url: RETRY_INFO.to_owned(), value: info.encode_to_vec() };
        let details = RpcStatus { details: vec![detail] }.encode_to_vec();
        assert_eq!(retry_delay(&details), Some(Duration::from_millis(2_500)));
        assert_eq!(retry_delay(&[]), None);
        assert_eq!(retry_delay(b"not protobuf"), None);
    }
}
