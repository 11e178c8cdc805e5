//! The product card of an answer: its fields, or its bytes.
//!
//! A card that many answers hold is encoded once, into an [`EncodedCard`]; the answers then copy its bytes. Three values
//! of a card differ between answers and are written with each answer: see [`Live`]. The bytes on the wire are those of
//! the generated encoder, `CardFields::encode`, in every transport.

mod encoded;

use std::{
    cmp::Ordering,
    fmt,
    ops::Deref,
    sync::{Arc, OnceLock},
};

use pilota::thrift::{Message, TAsyncInputProtocol, TInputProtocol, TLengthProtocol, TOutputProtocol, ThriftException};

pub use self::encoded::{EncodedCard, Live};
use crate::live_pack::CardFields;

/// A product card. Reading a field of an encoded card creates its fields.
#[derive(Clone)]
pub struct ProductCard(Form);

#[derive(Clone)]
enum Form {
    Fields(Box<CardFields>),
    Encoded {
        card: Arc<EncodedCard>,
        live: Live,
        /// The fields with the live values, created for the first reader.
        fields: OnceLock<Box<CardFields>>,
    },
}

impl ProductCard {
    /// An encoded card with the values of this answer.
    #[must_use]
    pub const fn encoded(card: Arc<EncodedCard>, live: Live) -> Self {
        Self(Form::Encoded { card, live, fields: OnceLock::new() })
    }

    /// The fields for a reader that does not need the [`Live`] ones, whose values are those of the time of drawing.
    #[must_use]
    pub fn drawn(&self) -> &CardFields {
        match &self.0 {
            Form::Fields(fields) => fields,
            Form::Encoded { card, .. } => card.fields(),
        }
    }

    /// The fields.
    #[must_use]
    pub fn into_fields(self) -> CardFields {
        match self.0 {
            Form::Fields(fields) => *fields,
            Form::Encoded { card, live, fields } => {
                fields.into_inner().map_or_else(|| live.onto(card.fields()), |fields| *fields)
            }
        }
    }
}

impl From<CardFields> for ProductCard {
    fn from(fields: CardFields) -> Self {
        Self(Form::Fields(Box::new(fields)))
    }
}

impl Default for ProductCard {
    fn default() -> Self {
        CardFields::default().into()
    }
}

impl Deref for ProductCard {
    type Target = CardFields;

    fn deref(&self) -> &CardFields {
        match &self.0 {
            Form::Fields(fields) => fields,
            Form::Encoded { card, live, fields } => fields.get_or_init(|| Box::new(live.onto(card.fields()))),
        }
    }
}

impl PartialEq for ProductCard {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl PartialOrd for ProductCard {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        (**self).partial_cmp(&**other)
    }
}

impl fmt::Debug for ProductCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl Message for ProductCard {
    fn encode<T: TOutputProtocol>(&self, protocol: &mut T) -> Result<(), ThriftException> {
        match &self.0 {
            Form::Encoded { card, live, .. } => card.encode(live, protocol),
            Form::Fields(fields) => fields.encode(protocol),
        }
    }

    fn decode<T: TInputProtocol>(protocol: &mut T) -> Result<Self, ThriftException> {
        CardFields::decode(protocol).map(Self::from)
    }

    async fn decode_async<T: TAsyncInputProtocol>(protocol: &mut T) -> Result<Self, ThriftException> {
        CardFields::decode_async(protocol).await.map(Self::from)
    }

    fn size<T: TLengthProtocol>(&self, protocol: &mut T) -> usize {
        match &self.0 {
            Form::Encoded { card, live, .. } => card.size(live, protocol),
            Form::Fields(fields) => fields.size(protocol),
        }
    }
}

#[cfg(test)]
mod tests;
