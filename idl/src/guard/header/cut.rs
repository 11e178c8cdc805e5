//! Removes those keys of a checked header that its reader does not use.
//!
//! In place: the remaining keys move to the front, and padding fills the rest of the header, so that it keeps its size
//! and nothing after it moves. Meshes and libraries add keys of their own, so an unknown key is no reason to refuse.

use super::{
    ACL_TOKEN, FIXED, INT_KEY_VALUE, KEY_VALUE, PADDING,
    keys::{self, Reader},
};

/// Cuts the header that `bytes` begin with, without its length prefix. Never panics; the result is meaningful only for a
/// header that passes [`super::check`].
pub(crate) fn cut(bytes: &mut [u8], reader: Reader) {
    let Some(end) = super::end(bytes) else { return };
    // protocol and number of transforms, which is 0
    let Some(blocks) = bytes.get_mut(FIXED + 2..end) else { return };
    let mut cut = Cut { bytes: blocks, from: 0, to: 0, reader };
    while cut.block().is_some() {}
    if let Some(rest) = cut.bytes.get_mut(cut.to..) {
        rest.fill(PADDING);
    }
}

struct Cut<'b> {
    bytes: &'b mut [u8],
    /// The next byte to read.
    from: usize,
    /// The position for the next kept entry; never beyond `from`.
    to: usize,
    reader: Reader,
}

impl Cut<'_> {
    /// The next block; `None` at the end.
    fn block(&mut self) -> Option<()> {
        let block = *self.bytes.get(self.from)?;
        self.from += 1;
        match block {
            PADDING => Some(()),
            KEY_VALUE | INT_KEY_VALUE => self.entries(block),
            ACL_TOKEN => {
                self.text()?;
                Some(())
            }
            _ => None,
        }
    }

    /// A block of entries. Its head is written with the first kept entry.
    fn entries(&mut self, block: u8) -> Option<()> {
        let count = self.u16()?;
        let (head, mut kept) = (self.to, 0_u16);
        for _ in 0..count {
            let start = self.from;
            let stays = if block == KEY_VALUE {
                let key = self.text()?;
                keys::text(self.reader, self.bytes.get(key)?)
            } else {
                keys::number(self.reader, self.u16()?)
            };
            self.text()?;
            if !stays {
                continue;
            }
            if kept == 0 {
                self.to += 3;
            }
            kept += 1;
            let [high, low] = kept.to_be_bytes();
            self.bytes.copy_within(start..self.from, self.to);
            self.bytes.get_mut(head..head + 3)?.copy_from_slice(&[block, high, low]);
            self.to += self.from - start;
        }
        Some(())
    }

    fn u16(&mut self) -> Option<u16> {
        let number = self.bytes.get(self.from..)?.first_chunk()?;
        self.from += 2;
        Some(u16::from_be_bytes(*number))
    }

    /// The range of length-prefixed text.
    fn text(&mut self) -> Option<std::ops::Range<usize>> {
        let start = self.from + 2;
        let end = start + usize::from(self.u16()?);
        self.from = end;
        (end <= self.bytes.len()).then_some(start..end)
    }
}
