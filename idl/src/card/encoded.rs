//! Bytes of a card, with holes for the values that differ from answer to answer.

use pilota::{
    Bytes, BytesMut, FastStr,
    thrift::{
        Message as _, TInputProtocol, TLengthProtocol, TOutputProtocol, TType, ThriftException, binary::TBinaryProtocol,
    },
};

use crate::live_pack::{CardFields, FlashSale};

/// Field numbers in the IDL.
const FLASH_SALE: i16 = 7;
const IN_CART_COUNT: i16 = 24;
/// In the flash sale.
const SERVER_NOW_MS: i16 = 6;
const COUNTDOWN_TEXT: i16 = 12;

/// Size of an i64, an i32, and the length of a text, in bytes.
const I64: usize = 8;
const I32: usize = 4;
const LENGTH: usize = 4;

/// The values of a card that belong to one answer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Live {
    /// `flash_sale.server_now_ms`; not written without a flash sale.
    pub server_now_ms: i64,
    /// `flash_sale.countdown_text`; not written without a flash sale.
    pub countdown_text: FastStr,
    /// `in_cart_count`.
    pub in_cart_count: i32,
}

impl Live {
    /// The fields with these values.
    #[must_use]
    pub fn onto(&self, fields: &CardFields) -> CardFields {
        let flash_sale = fields.flash_sale.clone().map(|sale| FlashSale {
            server_now_ms: self.server_now_ms,
            countdown_text: self.countdown_text.clone(),
            ..sale
        });
        CardFields { flash_sale, in_cart_count: self.in_cart_count, ..fields.clone() }
    }
}

/// A card encoded once.
#[derive(Debug, Clone)]
pub struct EncodedCard {
    fields: CardFields,
    /// `None`: the fields cannot be encoded, and each answer with the card reports it.
    bytes: Option<Parts>,
}

/// The binary encoding, cut at its holes.
#[derive(Debug, Clone)]
struct Parts {
    /// Up to `server_now_ms`, and from there to `countdown_text`; `None` without a flash sale.
    sale: Option<[Bytes; 2]>,
    /// Up to `in_cart_count`.
    middle: Bytes,
    end: Bytes,
}

impl EncodedCard {
    /// Encodes a card.
    #[must_use]
    pub fn new(fields: CardFields) -> Self {
        let bytes = Parts::of(&fields).ok();
        Self { fields, bytes }
    }

    /// The fields. The [`Live`] ones have the values of the time of drawing.
    #[must_use]
    pub const fn fields(&self) -> &CardFields {
        &self.fields
    }

    #[cfg(test)]
    pub(super) const fn has_bytes(&self) -> bool {
        self.bytes.is_some()
    }

    /// Memory of the card in bytes: that of its bytes twice, because its texts hold them too, and that of its fields.
    #[must_use]
    pub fn memory(&self) -> usize {
        2 * self.bytes.as_ref().map_or(0, Parts::len) + size_of::<Self>()
    }

    pub(super) fn encode<T: TOutputProtocol>(&self, live: &Live, protocol: &mut T) -> Result<(), ThriftException> {
        match self.bytes.as_ref().filter(|_| is_binary(protocol)) {
            Some(parts) => parts.write(live, protocol),
            None => live.onto(&self.fields).encode(protocol),
        }
    }

    pub(super) fn size<T: TLengthProtocol>(&self, live: &Live, protocol: &mut T) -> usize {
        match self.bytes.as_ref().filter(|_| is_binary(protocol)) {
            Some(parts) => parts.len() + parts.live_len(live),
            None => live.onto(&self.fields).size(protocol),
        }
    }
}

/// Whether a protocol writes numbers in full length. Of volo's two protocols that is the binary one; the other is compact.
fn is_binary<T: TLengthProtocol>(protocol: &mut T) -> bool {
    protocol.i64_len(0) == I64
}

impl Parts {
    fn of(fields: &CardFields) -> Result<Self, ThriftException> {
        let mut bytes = BytesMut::new();
        fields.encode(&mut TBinaryProtocol::new(&mut bytes, false))?;
        let bytes = bytes.freeze();
        let mut places = Places::default();
        places.find(&bytes)?;
        let Places { server_now, countdown, in_cart } = places;
        let text = fields.flash_sale.as_ref().map_or(0, |sale| sale.countdown_text.len());
        let mut rest = bytes;
        let mut taken = 0;
        // the bytes up to a hole; the hole is left out
        let mut up_to = |place: usize, hole: usize| {
            let part = rest.split_to(place.saturating_sub(taken).min(rest.len()));
            drop(rest.split_to(hole.min(rest.len())));
            taken = place.saturating_add(hole);
            part
        };
        let sale = server_now.zip(countdown).map(|(now, text_at)| [up_to(now, I64), up_to(text_at, LENGTH + text)]);
        let middle = up_to(in_cart, I32);
        Ok(Self { sale, middle, end: rest })
    }

    /// Size of the bytes without the live values.
    fn len(&self) -> usize {
        let sale = self.sale.as_ref().map_or(0, |[head, between]| head.len() + between.len());
        sale + self.middle.len() + self.end.len()
    }

    /// Size of the live values.
    fn live_len(&self, live: &Live) -> usize {
        I32 + if self.sale.is_some() { I64 + LENGTH + live.countdown_text.len() } else { 0 }
    }

    fn write<T: TOutputProtocol>(&self, live: &Live, protocol: &mut T) -> Result<(), ThriftException> {
        if let Some([head, between]) = &self.sale {
            protocol.write_bytes_without_len(head.clone())?;
            protocol.write_i64(live.server_now_ms)?;
            protocol.write_bytes_without_len(between.clone())?;
            protocol.write_string(&live.countdown_text)?;
        }
        protocol.write_bytes_without_len(self.middle.clone())?;
        protocol.write_i32(live.in_cart_count)?;
        protocol.write_bytes_without_len(self.end.clone())
    }
}

/// The positions at which the live values begin.
#[derive(Debug, Default)]
struct Places {
    server_now: Option<usize>,
    countdown: Option<usize>,
    in_cart: usize,
}

impl Places {
    /// Finds the positions in an encoded card.
    fn find(&mut self, bytes: &Bytes) -> Result<(), ThriftException> {
        let (mut left, all) = (bytes.clone(), bytes.len());
        let mut input = TBinaryProtocol::new(&mut left, false);
        each_field(&mut input, |input, id| {
            let place = all - input.buf().len();
            match id {
                FLASH_SALE => each_field(input, |input, id| {
                    let place = all - input.buf().len();
                    match id {
                        SERVER_NOW_MS => self.server_now = Some(place),
                        COUNTDOWN_TEXT => self.countdown = Some(place),
                        _ => {}
                    }
                    Ok(false)
                }),
                IN_CART_COUNT => {
                    self.in_cart = place;
                    Ok(false)
                }
                _ => Ok(false),
            }
        })?;
        Ok(())
    }
}

type Input<'a> = TBinaryProtocol<&'a mut Bytes>;

/// Calls `visit` at the value of each field of a struct. Values that it does not read (`false`) are skipped.
fn each_field<'a>(
    input: &mut Input<'a>,
    mut visit: impl FnMut(&mut Input<'a>, i16) -> Result<bool, ThriftException>,
) -> Result<bool, ThriftException> {
    input.read_struct_begin()?;
    loop {
        let field = input.read_field_begin()?;
        if field.field_type == TType::Stop {
            break;
        }
        if !visit(input, field.id.unwrap_or_default())? {
            input.skip(field.field_type)?;
        }
        input.read_field_end()?;
    }
    input.read_struct_end()?;
    Ok(true)
}
