//! A refused message: a kind for the counter, a path and a rule for the caller, and no internal details.

use std::{borrow::Cow, fmt};

use volo_thrift::{ProtocolException, ProtocolExceptionKind, ThriftException};

/// The kind of fault, coarse enough to be the label of a counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The first bytes are not those of a supported transport and protocol.
    Protocol,
    /// The message is too long, or a length in it is negative.
    Length,
    /// The TTHeader is broken or exceeds its limits.
    Header,
    /// Version, message type or method name is invalid.
    Envelope,
    /// The message ends too early.
    Truncated,
    /// Bytes are left after the end.
    Trailing,
    /// A value has another type than in the IDL.
    Type,
    /// A mandatory field is missing.
    Missing,
    /// A field is repeated.
    Repeated,
    /// A container claims more elements than the bytes left can hold.
    Count,
    /// The message would take too much memory once decoded.
    Memory,
    /// Values are nested too deeply.
    Depth,
    /// A string is not UTF-8.
    Text,
    /// The buffers of all connections have reached their cap.
    Pool,
    /// The decoder refused a message that passed the guard. Never seen so far; raise an alarm if it happens.
    Decoder,
}

impl Kind {
    /// All kinds, in the order of their declaration.
    pub const ALL: [Self; 15] = [
        Self::Protocol,
        Self::Length,
        Self::Header,
        Self::Envelope,
        Self::Truncated,
        Self::Trailing,
        Self::Type,
        Self::Missing,
        Self::Repeated,
        Self::Count,
        Self::Memory,
        Self::Depth,
        Self::Text,
        Self::Pool,
        Self::Decoder,
    ];

    /// The label of the counter.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Protocol => "protocol",
            Self::Length => "length",
            Self::Header => "header",
            Self::Envelope => "envelope",
            Self::Truncated => "truncated",
            Self::Trailing => "trailing",
            Self::Type => "type",
            Self::Missing => "missing",
            Self::Repeated => "repeated",
            Self::Count => "count",
            Self::Memory => "memory",
            Self::Depth => "depth",
            Self::Text => "text",
            Self::Pool => "pool",
            Self::Decoder => "decoder",
        }
    }
}

/// A refused message. Displays as `path: rule`, which is sent to the other side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// For the counter.
    pub kind: Kind,
    /// The path of the value, such as `products[3].price.currency`.
    pub at: Cow<'static, str>,
    /// The rule that is broken.
    pub rule: Cow<'static, str>,
}

impl Refusal {
    /// A refusal of the message as a whole.
    pub(super) fn of_message(kind: Kind, rule: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, at: Cow::Borrowed("the message"), rule: rule.into() }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.rule)
    }
}

impl std::error::Error for Refusal {}

impl From<&Refusal> for ThriftException {
    fn from(refusal: &Refusal) -> Self {
        let kind = match refusal.kind {
            Kind::Protocol => ProtocolExceptionKind::BadVersion,
            Kind::Length | Kind::Count | Kind::Memory | Kind::Pool => ProtocolExceptionKind::SizeLimit,
            Kind::Depth => ProtocolExceptionKind::DepthLimit,
            _ => ProtocolExceptionKind::InvalidData,
        };
        ProtocolException::new(kind, refusal.to_string()).into()
    }
}
