//! The envelope of a message: the transport, recognised by its first bytes, and the head of the message.

use volo_thrift::codec::default::{framed, ttheader};

use super::refusal::{Kind, Refusal};

/// Number of bytes that distinguish the transports.
pub(super) const FIRST: usize = 6;

/// Strict binary, version 1. The lowest byte is the type of the message.
const VERSION: [u8; 3] = [0x80, 0x01, 0x00];

/// The longest name of a method.
const LONGEST_NAME: usize = 128;

/// Transports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Transport {
    /// A length, then a TTHeader, then the message, framed again or not.
    TtHeader,
    /// A length, then the message.
    Framed,
    /// The message alone.
    Buffered,
}

impl Transport {
    /// Recognised by the same bytes as in volo's codec; the compact protocol, which volo would accept, is refused.
    pub(super) fn of(first: &[u8; FIRST]) -> Result<Self, Refusal> {
        if ttheader::is_ttheader(first) {
            Ok(Self::TtHeader)
        } else if framed::is_framed(first) && first[4] == VERSION[0] {
            Ok(Self::Framed)
        } else if first.starts_with(&VERSION) {
            Ok(Self::Buffered)
        } else {
            let rule = "must be TTHeader, framed binary or buffered binary Thrift, version 1";
            Err(Refusal::of_message(Kind::Protocol, rule))
        }
    }
}

/// The types of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MessageType {
    Call,
    Reply,
    Exception,
    OneWay,
}

/// The head of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head<'b> {
    pub(super) kind: MessageType,
    pub(super) name: &'b str,
    pub(super) sequence: i32,
    /// The offset of the struct.
    pub(super) body: usize,
}

/// Reads the head that begins at `at`; `None` if there are too few bytes.
pub(super) fn head(bytes: &[u8], at: usize) -> Result<Option<Head<'_>>, Refusal> {
    let Some(rest) = bytes.get(at..) else { return Ok(None) };
    let Some(([v1, v2, v3, kind], rest)) = rest.split_first_chunk() else { return Ok(None) };
    if [*v1, *v2, *v3] != VERSION {
        return Err(Refusal::of_message(Kind::Envelope, "must be strict binary, version 1"));
    }
    let kind = match kind {
        1 => MessageType::Call,
        2 => MessageType::Reply,
        3 => MessageType::Exception,
        4 => MessageType::OneWay,
        other => return Err(Refusal::of_message(Kind::Envelope, format!("there is no type {other} of messages"))),
    };
    let Some((length, rest)) = rest.split_first_chunk() else { return Ok(None) };
    let length = i32::from_be_bytes(*length);
    let Some(length) = usize::try_from(length).ok().filter(|length| *length <= LONGEST_NAME) else {
        let rule = format!("the name of a method cannot be {length} bytes long");
        return Err(Refusal::of_message(Kind::Envelope, rule));
    };
    let Some((name, rest)) = rest.split_at_checked(length) else { return Ok(None) };
    let Ok(name) = std::str::from_utf8(name) else {
        return Err(Refusal::of_message(Kind::Text, "the name of a method must be UTF-8"));
    };
    let Some(sequence) = rest.first_chunk() else { return Ok(None) };
    Ok(Some(Head { kind, name, sequence: i32::from_be_bytes(*sequence), body: at + 12 + length }))
}
