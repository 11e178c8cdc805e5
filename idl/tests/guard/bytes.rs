//! Messages written byte by byte, valid or not, for the tests of all crates.

#![allow(dead_code, reason = "each test binary uses its part")]

/// The wire types.
pub(crate) const BOOL: u8 = 2;
pub(crate) const I8: u8 = 3;
pub(crate) const I32: u8 = 8;
pub(crate) const I64: u8 = 10;
pub(crate) const TEXT: u8 = 11;
pub(crate) const STRUCT: u8 = 12;
pub(crate) const MAP: u8 = 13;
pub(crate) const LIST: u8 = 15;

pub(crate) const CALL: u8 = 1;
pub(crate) const REPLY: u8 = 2;
pub(crate) const EXCEPTION: u8 = 3;

/// A struct under construction, or a part of one.
#[derive(Clone, Default)]
pub(crate) struct Writer(Vec<u8>);

impl Writer {
    pub(crate) fn raw(mut self, bytes: &[u8]) -> Self {
        self.0.extend(bytes);
        self
    }

    pub(crate) fn field(self, wire: u8, id: i16) -> Self {
        self.raw(&[wire]).raw(&id.to_be_bytes())
    }

    pub(crate) fn int(self, number: i32) -> Self {
        self.raw(&number.to_be_bytes())
    }

    pub(crate) fn long(self, number: i64) -> Self {
        self.raw(&number.to_be_bytes())
    }

    pub(crate) fn text(self, text: &[u8]) -> Self {
        self.int(i32::try_from(text.len()).unwrap()).raw(text)
    }

    /// The head of a list: type and number of its elements.
    pub(crate) fn list(self, id: i16, element: u8, count: i32) -> Self {
        self.field(LIST, id).raw(&[element]).int(count)
    }

    /// The head of a map.
    pub(crate) fn map(self, id: i16, key: u8, value: u8, count: i32) -> Self {
        self.field(MAP, id).raw(&[key, value]).int(count)
    }

    pub(crate) fn stop(self) -> Vec<u8> {
        self.raw(&[0]).0
    }

    pub(crate) fn done(self) -> Vec<u8> {
        self.0
    }
}

pub(crate) fn writer() -> Writer {
    Writer::default()
}

/// The head of a message with a name of any bytes.
pub(crate) fn head(kind: u8, name: &[u8], sequence: i32) -> Writer {
    writer().raw(&[0x80, 1, 0, kind]).text(name).int(sequence)
}

/// A call whose argument is this struct.
pub(crate) fn call(method: &str, request: &[u8]) -> Vec<u8> {
    head(CALL, method.as_bytes(), 1).field(STRUCT, 1).raw(request).stop()
}

/// A reply whose result is this struct.
pub(crate) fn reply(method: &str, sequence: i32, response: &[u8]) -> Vec<u8> {
    head(REPLY, method.as_bytes(), sequence).field(STRUCT, 0).raw(response).stop()
}

pub(crate) fn framed(message: &[u8]) -> Vec<u8> {
    writer().text(message).done()
}

/// A TTHeader with these blocks around a payload. The blocks are padded.
pub(crate) fn with_header(blocks: &[u8], payload: &[u8]) -> Vec<u8> {
    let mut header = vec![0, 0];
    header.extend(blocks);
    header.resize(header.len().next_multiple_of(4), 0);
    header_of(header.len() / 4, &header, payload)
}

/// The same with its own size field, which may be wrong, and without padding.
pub(crate) fn header_of(size: usize, header: &[u8], payload: &[u8]) -> Vec<u8> {
    let fixed = writer().raw(&[0x10, 0, 0, 0, 0, 0, 0, 1]).raw(&u16::try_from(size).unwrap().to_be_bytes());
    framed(&fixed.raw(header).raw(payload).done())
}

/// A block of text keys and values.
pub(crate) fn named(entries: &[(&[u8], &[u8])]) -> Vec<u8> {
    let short = |length: usize| u16::try_from(length).unwrap().to_be_bytes();
    let block = writer().raw(&[1]).raw(&short(entries.len()));
    let one = |block: Writer, (key, value): &(&[u8], &[u8])| {
        block.raw(&short(key.len())).raw(key).raw(&short(value.len())).raw(value)
    };
    entries.iter().fold(block, one).done()
}

/// The smallest request that `GetLiveBagData` takes.
pub(crate) fn bag_request() -> Vec<u8> {
    room(writer()).field(STRUCT, 2).raw(&[0]).stop()
}

/// The mandatory room, as the fields of a request begin.
pub(crate) fn room(request: Writer) -> Writer {
    request.field(STRUCT, 1).field(I64, 1).long(1001).raw(&[0])
}
