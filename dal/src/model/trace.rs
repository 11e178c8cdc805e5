//! The trace context of a request, as defined by W3C Trace Context.

use std::fmt;

use pilota::FastStr;

/// Identifier of a trace, 16 bytes; 0: no trace, as in a call without a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct TraceId(pub u128);

/// Identifier of a span within its trace, 8 bytes; 0: no span.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct SpanId(pub u64);

/// The context that a caller sends in `traceparent`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceParent {
    /// The trace.
    pub trace: TraceId,
    /// The caller's span, which the request belongs to.
    pub span: SpanId,
    /// The caller's decision to record the trace.
    pub is_sampled: bool,
}

/// The trace of a request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Trace {
    /// The trace: the caller's, or a new one.
    pub id: TraceId,
    /// The span of the request in this process.
    pub span: SpanId,
    /// The context of the caller; `None`: it sent none, and the trace begins here.
    pub caller: Option<TraceParent>,
    /// The head decision: the caller's, else our own. Passed on as the flag of `traceparent`.
    pub is_sampled: bool,
    /// `tracestate`, passed on unchanged; empty: none.
    pub state: FastStr,
}

impl Trace {
    /// The trace of a request with this context; a new one is not sampled. One random number serves as the id of a new
    /// trace and of the span.
    #[must_use]
    pub fn begin(caller: Option<TraceParent>, state: FastStr) -> Self {
        let drawn: u128 = rand::random();
        let id = caller.map_or(TraceId(drawn.max(1)), |caller| caller.trace);
        let [_, high] = halves(drawn);
        let is_sampled = caller.is_some_and(|caller| caller.is_sampled);
        Self { id, span: SpanId(high.max(1)), caller, is_sampled, state }
    }

    /// The trace with the head decision of `decide` by the random part of its id, unless its caller has decided.
    #[must_use]
    pub fn sampled_by(self, decide: impl FnOnce(u64) -> bool) -> Self {
        let is_sampled = if self.caller.is_some() { self.is_sampled } else { decide(self.id.random()) };
        Self { is_sampled, ..self }
    }

    /// `traceparent` for a call with this span; `None` without a trace.
    #[must_use]
    pub fn parent_of(&self, span: SpanId) -> Option<FastStr> {
        let flags = u8::from(self.is_sampled);
        (self.id.0 != 0).then(|| FastStr::from_string(format!("00-{}-{span}-{flags:02x}", self.id)))
    }
}

impl TraceId {
    /// The part that is random, whichever service generated the id: at least the lowest 56 bits.
    #[must_use]
    pub fn random(self) -> u64 {
        let [low, _] = halves(self.0);
        low
    }
}

/// The lower and the upper half.
fn halves(number: u128) -> [u64; 2] {
    let [a, b, c, d, e, f, g, h, rest @ ..] = number.to_le_bytes();
    [u64::from_le_bytes([a, b, c, d, e, f, g, h]), u64::from_le_bytes(rest)]
}

impl SpanId {
    /// The span with this number below this one. Different numbers give different ids (the output function of splitmix64
    /// is a bijection), so a request needs one random number whatever the number of its spans.
    #[must_use]
    pub const fn child(self, number: u64) -> Self {
        let mut z = self.0.wrapping_add(number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        Self(if z == 0 { 1 } else { z })
    }
}

impl TraceParent {
    /// Reads `traceparent`: version, trace id, span id and flags, as
    /// `00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01`; `None`: malformed. Later versions may have more parts.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let mut part = |length: usize| parts.next().filter(|part| part.len() == length).and_then(hex);
        let (version, trace, span, flags) = (part(2)?, part(32)?, part(16)?, part(2)?);
        let is_known = version == 0 && parts.next().is_none() || version != 0 && version != 0xff;
        let (trace, span) = (TraceId(trace), SpanId(u64::try_from(span).ok()?));
        (is_known && trace.0 != 0 && span.0 != 0).then_some(Self { trace, span, is_sampled: flags & 1 == 1 })
    }
}

/// A number in lower-case hex digits.
fn hex(text: &str) -> Option<u128> {
    let is_hex = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    u128::from_str_radix(text, 16).ok().filter(|_| is_hex)
}

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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::collections::HashSet;

    use super::*;

    const TEXT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    fn parsed() -> TraceParent {
        TraceParent::parse(TEXT).unwrap()
    }

    #[test]
    fn a_caller_s_context_is_read_and_written_with_the_span_of_the_call() {
        let caller = parsed();
        let trace = Trace::begin(Some(caller), FastStr::empty());
        assert_eq!((trace.id, trace.caller, trace.is_sampled), (caller.trace, Some(caller), true));
        assert_eq!(trace.parent_of(caller.span).unwrap(), TEXT);
        assert_eq!(Trace::default().parent_of(caller.span), None);
    }

    #[test]
    fn a_malformed_context_is_none() {
        let zero_span = TEXT.replace("b7ad6b7169203331", "0000000000000000");
        let zero_trace = TEXT.replace("0af7651916cd43dd8448eb211c80319c", &"0".repeat(32));
        let (upper, more, version) = (TEXT.to_uppercase(), format!("{TEXT}-00"), TEXT.replacen("00", "ff", 1));
        let signed = TEXT.replace("-b7ad", "-+7ad");
        for bad in ["", "x", &TEXT[1..], &zero_span, &zero_trace, &upper, &more, &version, &signed] {
            assert_eq!(TraceParent::parse(bad), None, "{bad}");
        }
        for later in [TEXT.replacen("00", "01", 1), more.replacen("00", "01", 1)] {
            assert_eq!(TraceParent::parse(&later), Some(parsed()), "{later}");
        }
    }

    #[test]
    fn the_flag_of_the_caller_overrides_our_own_decision() {
        let of = |caller, own: bool| Trace::begin(caller, FastStr::empty()).sampled_by(|_| own).is_sampled;
        let refused = TraceParent { is_sampled: false, ..parsed() };
        assert_eq!((of(Some(refused), true), of(Some(parsed()), false)), (false, true));
        assert_eq!((of(None, true), of(None, false)), (true, false));
    }

    #[test]
    fn spans_of_a_request_differ() {
        let begin = || Trace::begin(None, FastStr::empty());
        let trace = begin();
        let spans: HashSet<SpanId> = (0..10_000).map(|n| trace.span.child(n)).collect();
        assert_eq!(spans.len(), 10_000);
        assert_ne!(trace.id, begin().id);
    }
}
