//! A message that passed the check and is not decoded yet: values that can be read from it cheaply.

use pilota::Bytes;

use super::{
    envelope::{self, Transport},
    header,
    table::wire,
};

/// A message that passed the guard, unchanged.
#[derive(Debug, Clone)]
pub struct Checked(pub(super) Bytes);

/// The envelope of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call<'b> {
    /// Whether it has a TTHeader.
    pub header: bool,
    /// Whether it has its own frame, within the TTHeader if it has one.
    pub framed: bool,
    /// The name of the method.
    pub method: &'b str,
    /// Sequence number, which an answer must repeat.
    pub sequence: i32,
    /// The struct of the arguments, to the end of the message.
    arguments: &'b [u8],
}

impl Checked {
    /// The envelope of this message. `None` does not happen: it has been checked.
    #[must_use]
    pub fn call(&self) -> Option<Call<'_>> {
        let bytes = &self.0[..];
        let transport = |at: usize| Transport::of(bytes.get(at..)?.first_chunk()?).ok();
        let header = transport(0)? == Transport::TtHeader;
        let mut start = if header { 4 + header::end(bytes.get(4..)?)? } else { 0 };
        let framed = transport(start)? == Transport::Framed;
        if framed {
            start += 4;
        }
        let head = envelope::head(bytes, start).ok()??;
        let (method, sequence) = (head.name, head.sequence);
        Some(Call { header, framed, method, sequence, arguments: bytes.get(head.body..)? })
    }
}

impl Call<'_> {
    /// The i64 at a path of fields, from the struct of the arguments. `None` if a field is absent or has another type.
    /// Of a repeated field the first counts.
    #[must_use]
    pub fn i64_at(&self, path: &[i16]) -> Option<i64> {
        let (last, structs) = path.split_last()?;
        let start = structs.iter().try_fold(self.arguments, |within, id| field(within, *id, wire::STRUCT))?;
        field(start, *last, wire::I64)?.first_chunk().copied().map(i64::from_be_bytes)
    }
}

/// The bytes from the value of a field on, in a checked struct.
fn field(mut bytes: &[u8], id: i16, kind: u8) -> Option<&[u8]> {
    loop {
        let ([of, high, low], value) = bytes.split_first_chunk()?;
        if *of == wire::STOP {
            return None;
        }
        if i16::from_be_bytes([*high, *low]) == id {
            return (*of == kind).then_some(value);
        }
        bytes = past(value, *of)?;
    }
}

/// The bytes after a value of this type. The depth of nesting has been checked.
fn past(bytes: &[u8], kind: u8) -> Option<&[u8]> {
    let number =
        |bytes: &[u8]| bytes.first_chunk().and_then(|number| usize::try_from(u32::from_be_bytes(*number)).ok());
    if let Some(size) = wire::fixed(kind) {
        return bytes.get(size..);
    }
    match kind {
        wire::TEXT => bytes.get(4..)?.get(number(bytes)?..),
        wire::STRUCT => {
            let mut rest = bytes;
            loop {
                let (of, fields) = rest.split_first()?;
                if *of == wire::STOP {
                    return Some(fields);
                }
                rest = past(fields.get(2..)?, *of)?;
            }
        }
        wire::LIST | wire::SET => {
            let (of, rest) = bytes.split_first()?;
            items(rest.get(4..)?, number(rest)?, &[*of])
        }
        wire::MAP => {
            let ([key, value], rest) = bytes.split_first_chunk()?;
            items(rest.get(4..)?, number(rest)?, &[*key, *value])
        }
        _ => None,
    }
}

/// The bytes after `count` items, each with values of these types.
fn items<'b>(bytes: &'b [u8], count: usize, of: &[u8]) -> Option<&'b [u8]> {
    if let Some(size) = of.iter().map(|kind| wire::fixed(*kind)).sum::<Option<usize>>() {
        return bytes.get(count.checked_mul(size)?..);
    }
    (0..count).try_fold(bytes, |rest, _| of.iter().try_fold(rest, |rest, kind| past(rest, *kind)))
}
