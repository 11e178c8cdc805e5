//! Reads from bytes that may end too early, or may not have arrived yet.

use std::borrow::Cow;

use super::refusal::Kind;

/// Reasons that reading stops.
pub(super) enum Stop {
    /// More bytes are needed: this many in all.
    Needs(usize),
    /// The message is refused.
    Refused(Kind, Cow<'static, str>),
}

/// The end of the readable bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// The offset that nothing may exceed.
    pub(super) end: usize,
    /// Whether bytes up to `end` may still arrive. If not, they are all there.
    pub(super) open: bool,
}

impl Bounds {
    /// The number of elements of a container, each of at least `smallest` bytes.
    pub(super) fn count(&self, bytes: &[u8], at: usize, smallest: usize) -> Result<usize, Stop> {
        let count = i32::from_be_bytes(self.array(bytes, at)?);
        let left = self.end.saturating_sub(at + 4);
        match usize::try_from(count) {
            Err(_) => Err(Stop::Refused(Kind::Length, format!("cannot hold {count} elements").into())),
            Ok(count) if count.saturating_mul(smallest) > left => {
                let rule = format!("holds {count} elements by its own account, which {left} bytes cannot");
                Err(Stop::Refused(Kind::Count, rule.into()))
            }
            Ok(count) => Ok(count),
        }
    }

    /// Length-prefixed bytes, and the offset after them.
    pub(super) fn bytes<'b>(&self, bytes: &'b [u8], at: usize) -> Result<(&'b [u8], usize), Stop> {
        let length = i32::from_be_bytes(self.array(bytes, at)?);
        let Ok(wanted) = usize::try_from(length) else {
            return Err(Stop::Refused(Kind::Length, format!("cannot be {length} bytes long").into()));
        };
        let end = (at + 4).saturating_add(wanted);
        bytes.get(at + 4..end).map(|found| (found, end)).ok_or_else(|| self.short(end))
    }

    /// The offset after `length` bytes, which must be there.
    pub(super) fn past(&self, bytes: &[u8], at: usize, length: usize) -> Result<usize, Stop> {
        let end = at.saturating_add(length);
        if end > bytes.len() { Err(self.short(end)) } else { Ok(end) }
    }

    /// The next bytes.
    pub(super) fn array<const N: usize>(&self, bytes: &[u8], at: usize) -> Result<[u8; N], Stop> {
        bytes.get(at..).and_then(<[u8]>::first_chunk).copied().ok_or_else(|| self.short(at + N))
    }

    /// Bytes up to `end` are needed and missing.
    #[cold]
    fn short(&self, end: usize) -> Stop {
        if end <= self.end {
            Stop::Needs(end)
        } else if self.open {
            Stop::Refused(Kind::Length, format!("exceeds the maximum of {} bytes for a message", self.end).into())
        } else {
            Stop::Refused(Kind::Truncated, "exceeds the end of the message".into())
        }
    }
}
