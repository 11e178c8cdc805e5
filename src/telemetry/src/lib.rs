//! Traces over OTLP: a span model, and an exporter that never blocks its caller.
//!
//! The crate is independent of the service. A caller passes finished [`Span`]s to the [`Exporter`] after an answer. From
//! there on memory is bounded, losses are counted, and a collector that is dead, slow or broken costs nothing but spans.

mod attempt;
mod client;
mod delivery;
mod encode;
mod exporter;
mod grpc;
mod http_protobuf;
mod observer;
mod settings;
mod span;
#[cfg(feature = "testing")]
pub mod testing;

pub use client::{ReadFile, StartError};
pub use exporter::{Exporter, QUEUE_BYTES};
pub use observer::{DropReason, FailureKind, Observer};
pub use settings::{CollectorSettings, Endpoint, Headers, Protocol, SettingError};
pub use span::{Span, SpanId, SpanKind, SpanStatus, TraceId, Value};

/// The header `User-Agent`.
const USER_AGENT: http::HeaderValue =
    http::HeaderValue::from_static(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")));

/// Maximum size of an answer of the collector in bytes.
const LARGEST_ANSWER: usize = 64 * 1024;
