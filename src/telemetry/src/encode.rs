//! Spans as messages of OTLP.

use std::borrow::Cow;

use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{AnyValue, ArrayValue, InstrumentationScope, KeyValue, any_value},
    resource::v1::Resource,
    trace::v1::{self as otlp, ResourceSpans, ScopeSpans, span, status},
};

use crate::span::{Span, SpanKind, SpanStatus, Value};

/// The request that exports `spans` of a process with the attributes `resource`.
pub(crate) fn request(resource: &[(&'static str, Value)], spans: &[Span]) -> ExportTraceServiceRequest {
    let scope = InstrumentationScope {
        name: env!("CARGO_PKG_NAME").to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        ..InstrumentationScope::default()
    };
    let spans = spans.iter().map(encoded).collect();
    ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans {
            resource: Some(Resource { attributes: attributes(resource), ..Resource::default() }),
            scope_spans: vec![ScopeSpans { scope: Some(scope), spans, schema_url: String::new() }],
            schema_url: String::new(),
        }],
    }
}

fn encoded(span: &Span) -> otlp::Span {
    otlp::Span {
        trace_id: span.trace_id.0.to_be_bytes().to_vec(),
        span_id: span.span_id.0.to_be_bytes().to_vec(),
        parent_span_id: span.parent.map_or_else(Vec::new, |parent| parent.0.to_be_bytes().to_vec()),
        name: span.name.clone().into_owned(),
        kind: kind(span.kind).into(),
        start_time_unix_nano: span.start_unix_nanos,
        end_time_unix_nano: span.end_unix_nanos,
        attributes: attributes(&span.attributes),
        dropped_attributes_count: span.dropped_attributes,
        status: status(&span.status),
        ..otlp::Span::default()
    }
}

fn kind(kind: SpanKind) -> span::SpanKind {
    match kind {
        SpanKind::Internal => span::SpanKind::Internal,
        SpanKind::Server => span::SpanKind::Server,
        SpanKind::Client => span::SpanKind::Client,
    }
}

fn status(status: &SpanStatus) -> Option<otlp::Status> {
    let (code, message) = match status {
        SpanStatus::Unset => return None,
        SpanStatus::Ok => (status::StatusCode::Ok, String::new()),
        SpanStatus::Error(message) => (status::StatusCode::Error, message.clone().into_owned()),
    };
    Some(otlp::Status { code: code.into(), message })
}

fn attributes(attributes: &[(&'static str, Value)]) -> Vec<KeyValue> {
    let pair = |(key, value): &(&'static str, Value)| KeyValue {
        key: (*key).to_owned(),
        value: Some(any(value)),
        ..KeyValue::default()
    };
    attributes.iter().map(pair).collect()
}

fn any(value: &Value) -> AnyValue {
    let text = |text: &Cow<'static, str>| any_value::Value::StringValue(text.clone().into_owned());
    let value = match value {
        Value::Text(value) => text(value),
        Value::Int(number) => any_value::Value::IntValue(*number),
        Value::Double(number) => any_value::Value::DoubleValue(*number),
        Value::Bool(truth) => any_value::Value::BoolValue(*truth),
        Value::Texts(values) => any_value::Value::ArrayValue(ArrayValue {
            values: values.iter().map(|value| AnyValue { value: Some(text(value)) }).collect(),
        }),
    };
    AnyValue { value: Some(value) }
}
