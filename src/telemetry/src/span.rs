//! The span model: one operation of a trace, finished.

use std::{borrow::Cow, fmt, mem::size_of};

/// Identifier of a trace, 16 bytes; zero is invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TraceId(pub u128);

/// Identifier of a span within its trace, 8 bytes; zero is invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SpanId(pub u64);

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Display for SpanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// Role of a span in a call between services.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SpanKind {
    /// Work within this process.
    #[default]
    Internal,
    /// A request that this process answers.
    Server,
    /// A call from this process to another.
    Client,
}

/// Result of the operation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum SpanStatus {
    /// Not set.
    #[default]
    Unset,
    /// Succeeded.
    Ok,
    /// Failed, for this reason. The text must hold no personal data.
    Error(Cow<'static, str>),
}

/// Value of an attribute.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A text.
    Text(Cow<'static, str>),
    /// A whole number.
    Int(i64),
    /// A floating-point number.
    Double(f64),
    /// True or false.
    Bool(bool),
    /// Several texts.
    Texts(Vec<Cow<'static, str>>),
}

impl From<&'static str> for Value {
    fn from(text: &'static str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<Cow<'static, str>> for Value {
    fn from(text: Cow<'static, str>) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<i32> for Value {
    fn from(number: i32) -> Self {
        Self::Int(number.into())
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Int(number.into())
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Double(number)
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

/// A finished operation of a trace.
#[derive(Debug, Clone, PartialEq)]
pub struct Span {
    /// Trace of the span.
    pub trace_id: TraceId,
    /// Identifier of the span.
    pub span_id: SpanId,
    /// The span that caused this one; `None` for the root of a trace.
    pub parent: Option<SpanId>,
    /// Name of the operation; of low cardinality.
    pub name: Cow<'static, str>,
    /// Role in a call between services.
    pub kind: SpanKind,
    /// Start in nanoseconds of Unix time.
    pub start_unix_nanos: u64,
    /// End in nanoseconds of Unix time; not before the start.
    pub end_unix_nanos: u64,
    /// Attributes; each name occurs at most once.
    pub attributes: Vec<(&'static str, Value)>,
    /// Number of attributes that were left out.
    pub dropped_attributes: u32,
    /// Result.
    pub status: SpanStatus,
}

impl Span {
    /// Approximate memory of the span in bytes; queues are bounded by its sum.
    #[must_use]
    pub fn weight(&self) -> usize {
        let attributes = self.attributes.iter().map(|(_, value)| size_of::<(&str, Value)>() + value.owned_bytes());
        let status = match &self.status {
            SpanStatus::Error(text) => owned(text),
            SpanStatus::Unset | SpanStatus::Ok => 0,
        };
        size_of::<Self>() + owned(&self.name) + status + attributes.sum::<usize>()
    }
}

impl Value {
    fn owned_bytes(&self) -> usize {
        match self {
            Self::Text(text) => owned(text),
            Self::Texts(texts) => texts.iter().map(|text| size_of::<Cow<'_, str>>() + owned(text)).sum(),
            Self::Int(_) | Self::Double(_) | Self::Bool(_) => 0,
        }
    }
}

#[expect(clippy::ptr_arg, reason = "only an owned text takes memory of the span")]
fn owned(text: &Cow<'static, str>) -> usize {
    match text {
        Cow::Borrowed(_) => 0,
        Cow::Owned(text) => text.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_written_as_w3c_writes_them() {
        assert_eq!(TraceId(0xabc).to_string(), "00000000000000000000000000000abc");
        assert_eq!(SpanId(0xabc).to_string(), "0000000000000abc");
    }

    #[test]
    fn the_weight_of_a_span_includes_its_texts() {
        let span = |name: Cow<'static, str>, attributes| Span {
            trace_id: TraceId(1),
            span_id: SpanId(2),
            parent: None,
            name,
            kind: SpanKind::Internal,
            start_unix_nanos: 0,
            end_unix_nanos: 0,
            attributes,
            dropped_attributes: 0,
            status: SpanStatus::Unset,
        };
        let plain = span("engine".into(), vec![]).weight();
        assert_eq!(plain, size_of::<Span>(), "a borrowed name takes no memory of the span");
        assert_eq!(span("engine".to_owned().into(), vec![]).weight(), plain + 6);
        let one = span("engine".into(), vec![("k", "x".repeat(1_000).into())]).weight();
        assert_eq!(one, plain + size_of::<(&str, Value)>() + 1_000);
    }
}
