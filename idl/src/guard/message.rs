//! A whole message, from its first byte to its last: transport, header, head and struct.

use super::{
    Limits, Side,
    envelope::{self, FIRST, Head, MessageType, Transport},
    header::{self, keys::Reader},
    refusal::{Kind, Refusal},
    table::{EXCEPTION, Service, Struct},
    walk::{Progress, Walk},
};

/// The form of a message as far as it is known; an answer must have the same form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Seen<'b> {
    pub(super) header: bool,
    pub(super) framed: bool,
    pub(super) head: Option<Head<'b>>,
}

/// Reasons that a message does not reach the decoder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Undecodable {
    /// It is refused.
    Refused(Refusal),
    /// It may be valid, but names this method, which the service does not have.
    UnknownMethod(String),
}

impl From<Refusal> for Undecodable {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Checks a message of a transport with a length prefix: all its bytes, the prefix included.
pub(super) fn check<'b>(
    service: &'static Service,
    side: Side<'_>,
    limits: &Limits,
    bytes: &'b [u8],
    seen: &mut Seen<'b>,
) -> Result<(), Undecodable> {
    let head = open(limits, bytes, seen)?;
    let mut walk = Walk::over(of(service, side, &head)?, head.body, bytes.len(), limits);
    match walk.go(bytes)? {
        Progress::Done(end) if end == bytes.len() => Ok(()),
        Progress::Done(end) => {
            let rule = format!("ends {} bytes before its frame", bytes.len() - end);
            Err(Refusal::of_message(Kind::Trailing, rule).into())
        }
        Progress::Needs(_) => Err(cut().into()),
    }
}

/// The transport, the header and the head of the message.
fn open<'b>(limits: &Limits, bytes: &'b [u8], seen: &mut Seen<'b>) -> Result<Head<'b>, Undecodable> {
    let mut at = 4;
    if first(bytes, 0).is_some_and(|first| Transport::of(first) == Ok(Transport::TtHeader)) {
        seen.header = true;
        at += header::check(bytes.get(4..).unwrap_or_default(), &limits.header)?;
        // The inner message may have its own length prefix, which must then match.
        if first(bytes, at).is_some_and(|first| Transport::of(first) == Ok(Transport::Framed)) {
            seen.framed = true;
            let length = bytes.get(at..).and_then(<[u8]>::first_chunk).copied().map(u32::from_be_bytes);
            at += 4;
            if length.and_then(|length| usize::try_from(length).ok()) != bytes.len().checked_sub(at) {
                return Err(Refusal::of_message(Kind::Length, "has another length than its frame").into());
            }
        }
    } else {
        seen.framed = true;
    }
    let head = envelope::head(bytes, at)?.ok_or_else(cut)?;
    seen.head = Some(head);
    Ok(head)
}

/// Cuts the header of a message that passed [`check`], if it has one; see [`header::keys::ALLOWED`].
pub(super) fn cut_header(service: &'static Service, side: Side<'_>, bytes: &mut [u8]) {
    if first(bytes, 0).is_some_and(|first| Transport::of(first) == Ok(Transport::TtHeader)) {
        header::cut::cut(bytes.get_mut(4..).unwrap_or_default(), Reader::of(service, side));
    }
}

fn first(bytes: &[u8], at: usize) -> Option<&[u8; FIRST]> {
    bytes.get(at..).and_then(<[u8]>::first_chunk)
}

#[cold]
fn cut() -> Refusal {
    Refusal::of_message(Kind::Truncated, "ends too early")
}

/// The expected struct of a message with this head.
pub(super) fn of(service: &'static Service, side: Side<'_>, head: &Head<'_>) -> Result<&'static Struct, Undecodable> {
    let wrong = |rule: String| Err(Refusal::of_message(Kind::Envelope, rule).into());
    match (side, head.kind) {
        (Side::Server, MessageType::Call) => match service.method(head.name.as_bytes()) {
            Some(method) => Ok(&method.arguments),
            None => Err(Undecodable::UnknownMethod(head.name.to_owned())),
        },
        (Side::Client(method), MessageType::Reply) => match service.method(head.name.as_bytes()) {
            Some(found) if head.name == method => Ok(&found.result),
            _ => wrong(format!("answers {:?}, not {method:?}", head.name)),
        },
        // A server that could not read our call cannot name the method that it answers.
        (Side::Client(_), MessageType::Exception) => Ok(&EXCEPTION),
        (Side::Server, other) => wrong(format!("must be a call, not {other:?}")),
        (Side::Client(_), other) => wrong(format!("must be a reply or an exception, not {other:?}")),
    }
}
