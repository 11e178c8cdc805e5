//! Traces over OTLP: a span model, and an exporter that never makes anybody wait.
//!
//! The crate knows nothing of the service. A caller makes finished [`Span`]s after an answer and gives them to the
//! exporter; from there on memory is bounded, losses are counted, and a collector that is dead, slow or broken costs
//! spans and nothing else.

mod span;

pub use span::{Span, SpanId, SpanKind, SpanStatus, TraceId, Value};
