//! The TTHeader of a message. Every bound is checked here, because volo checks none.
//!
//! From its first byte after the length: magic, flags (2 bytes each), sequence number (4), size of what follows in units
//! of 4 bytes (2); then protocol, number of transforms (1 each), the transforms, and blocks of keys and values, padded
//! with zeros.

pub(super) mod cut;
pub(super) mod keys;

use super::{
    HeaderLimits,
    refusal::{Kind, Refusal},
};

/// Magic, flags, sequence number and size.
const FIXED: usize = 10;

/// The binary protocol's number in the header.
const BINARY: u8 = 0;

/// The blocks.
const PADDING: u8 = 0x00;
const KEY_VALUE: u8 = 0x01;
const INT_KEY_VALUE: u8 = 0x10;
const ACL_TOKEN: u8 = 0x11;

/// Checks the header that `bytes` begin with, without its length prefix; returns the offset of the message after it.
pub(super) fn check(bytes: &[u8], limits: &HeaderLimits) -> Result<usize, Refusal> {
    let end = end(bytes).ok_or_else(short)?;
    let mut blocks = Blocks { rest: bytes.get(FIXED..end).ok_or_else(short)?, keys: 0, limits };
    if blocks.byte()? != BINARY {
        return Err(broken("must name the binary protocol"));
    }
    if blocks.byte()? != 0 {
        return Err(broken("may name no transform"));
    }
    while let Some((block, rest)) = blocks.rest.split_first() {
        blocks.rest = rest;
        match *block {
            PADDING => {}
            KEY_VALUE => blocks.entries(true)?,
            INT_KEY_VALUE => blocks.entries(false)?,
            ACL_TOKEN => blocks.text("a token")?,
            other => return Err(broken(format!("has no block {other}"))),
        }
    }
    Ok(end)
}

/// The offset of the message after the header that `bytes` begin with, without its length prefix.
pub(super) fn end(bytes: &[u8]) -> Option<usize> {
    let size = bytes.get(FIXED - 2..)?.first_chunk()?;
    Some(FIXED + 4 * usize::from(u16::from_be_bytes(*size)))
}

struct Blocks<'b> {
    rest: &'b [u8],
    keys: usize,
    limits: &'b HeaderLimits,
}

impl Blocks<'_> {
    fn byte(&mut self) -> Result<u8, Refusal> {
        let (byte, rest) = self.rest.split_first().ok_or_else(short)?;
        self.rest = rest;
        Ok(*byte)
    }

    fn u16(&mut self) -> Result<usize, Refusal> {
        let (number, rest) = self.rest.split_first_chunk().ok_or_else(short)?;
        self.rest = rest;
        Ok(u16::from_be_bytes(*number).into())
    }

    /// A block of keys and values; the keys are text or numbers.
    fn entries(&mut self, named: bool) -> Result<(), Refusal> {
        let count = self.u16()?;
        self.keys += count;
        if self.keys > self.limits.keys {
            return Err(broken(format!("may have {} keys", self.limits.keys)));
        }
        for _ in 0..count {
            if named {
                self.text("a key")?;
            } else {
                self.u16()?;
            }
            self.text("a value")?;
        }
        Ok(())
    }

    /// Length-prefixed text. Volo takes it for UTF-8 unchecked.
    fn text(&mut self, what: &str) -> Result<(), Refusal> {
        let length = self.u16()?;
        if length > self.limits.length {
            return Err(broken(format!("{what} may be {} bytes long, not {length}", self.limits.length)));
        }
        let (text, rest) = self.rest.split_at_checked(length).ok_or_else(short)?;
        self.rest = rest;
        std::str::from_utf8(text).map(drop).map_err(|_| broken(format!("{what} must be UTF-8")))
    }
}

#[cold]
fn short() -> Refusal {
    broken("ends too early")
}

#[cold]
fn broken(rule: impl Into<std::borrow::Cow<'static, str>>) -> Refusal {
    Refusal { kind: Kind::Header, at: "the header".into(), rule: rule.into() }
}
