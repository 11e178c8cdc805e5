//! One attempt to export a batch, and the rules for retries.

use std::{error::Error as StdError, time::Duration};

use http::StatusCode;
use opentelemetry_proto::tonic::collector::trace::v1::{ExportTraceServiceRequest, ExportTraceServiceResponse};
use tonic::Code;

use crate::observer::FailureKind;

/// Maximum length of the collector's error text in bytes; the rest is cut off.
const LONGEST_TEXT: usize = 200;

/// A transport of batches to a collector.
pub(crate) trait Transport: Send + Sync + 'static {
    /// Sends one batch and reads the answer.
    fn export(
        &self,
        request: ExportTraceServiceRequest,
    ) -> impl Future<Output = Result<ExportTraceServiceResponse, ExportError>> + Send;
}

/// Failure of one attempt.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ExportError {
    /// No connection, or it broke.
    #[error("the collector cannot be reached")]
    Unreachable(#[source] Box<dyn StdError + Send + Sync>),
    /// No complete answer in time.
    #[error("the collector did not answer within {0:?}")]
    TimedOut(Duration),
    /// A status other than success (2xx).
    #[error("the collector answered with HTTP status {status}")]
    Http {
        /// The status.
        status: StatusCode,
        /// The header `Retry-After`.
        retry_after: Option<Duration>,
    },
    /// A gRPC status other than OK.
    #[error("the collector answered with gRPC status {code:?}: {text}")]
    Grpc {
        /// The status.
        code: Code,
        /// Its text, shortened.
        text: String,
        /// The delay of its `RetryInfo`.
        retry_after: Option<Duration>,
    },
    /// The answer is not an OTLP message.
    #[error("the collector's answer is not OTLP")]
    Unreadable(#[source] Box<dyn StdError + Send + Sync>),
}

impl ExportError {
    pub(crate) fn kind(&self) -> FailureKind {
        match self {
            Self::Unreachable(_) => FailureKind::Unreachable,
            Self::TimedOut(_) => FailureKind::TimedOut,
            Self::Http { .. } | Self::Grpc { .. } => FailureKind::Refused,
            Self::Unreadable(_) => FailureKind::Unreadable,
        }
    }

    /// Whether the specification of OTLP permits another attempt.
    pub(crate) fn is_retryable(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::TimedOut(_) => true,
            Self::Http { status, .. } => matches!(status.as_u16(), 429 | 502 | 503 | 504),
            Self::Grpc { code: Code::ResourceExhausted, retry_after, .. } => retry_after.is_some(),
            Self::Grpc { code, .. } => matches!(
                code,
                Code::Cancelled
                    | Code::DeadlineExceeded
                    | Code::Aborted
                    | Code::OutOfRange
                    | Code::Unavailable
                    | Code::DataLoss
            ),
            // the collector may have accepted the batch
            Self::Unreadable(_) => false,
        }
    }

    /// The delay that the collector asks for.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Http { retry_after, .. } | Self::Grpc { retry_after, .. } => *retry_after,
            Self::Unreachable(_) | Self::TimedOut(_) | Self::Unreadable(_) => None,
        }
    }
}

/// `text`, cut to [`LONGEST_TEXT`].
pub(crate) fn shortened(text: &str) -> String {
    let mut end = text.len().min(LONGEST_TEXT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grpc(code: Code, retry_after: Option<Duration>) -> ExportError {
        ExportError::Grpc { code, text: String::new(), retry_after }
    }

    fn http(status: u16) -> ExportError {
        let status = StatusCode::from_u16(status).unwrap_or_default();
        ExportError::Http { status, retry_after: None }
    }

    #[test]
    fn failures_are_retried_as_the_specification_says() {
        let second = Some(Duration::from_secs(1));
        for (error, retried) in [
            (ExportError::Unreachable("refused".into()), true),
            (ExportError::TimedOut(Duration::from_secs(10)), true),
            (ExportError::Unreadable("html".into()), false),
            (http(429), true),
            (http(502), true),
            (http(503), true),
            (http(504), true),
            (http(400), false),
            (http(401), false),
            (http(404), false),
            (http(500), false),
            (http(301), false),
            (grpc(Code::Unavailable, None), true),
            (grpc(Code::DeadlineExceeded, None), true),
            (grpc(Code::ResourceExhausted, None), false),
            (grpc(Code::ResourceExhausted, second), true),
            (grpc(Code::InvalidArgument, None), false),
            (grpc(Code::Unauthenticated, None), false),
            (grpc(Code::Unimplemented, None), false),
        ] {
            assert_eq!(error.is_retryable(), retried, "{error}");
        }
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(shortened("short"), "short");
        assert_eq!(shortened(&"é".repeat(200)).chars().count(), 100);
        assert_eq!(shortened(&format!("x{}", "é".repeat(200))).len(), 199);
    }
}
