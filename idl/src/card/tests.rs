//! Encoded cards beside their typed twins.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use pilota::{
    Bytes, BytesMut, FastStr, LinkedBytes,
    thrift::{Message, binary::TBinaryProtocol, compact::TCompactOutputProtocol},
};

use super::*;
use crate::live_pack::{FlashSale, Image, Label, Price, Voucher};

/// A card whose parts are present or absent, by the bits of `shape`.
fn card(shape: u32) -> CardFields {
    let on = |bit: u32| shape & 1 << bit != 0;
    let text = |bit, length| FastStr::from_string("é".repeat(if on(bit) { length } else { 0 }));
    let sale = FlashSale {
        promotion_id: 7,
        server_now_ms: 1,
        countdown_text: text(1, 9),
        progress_text: on(2).then(|| "almost gone".into()),
        ..FlashSale::default()
    };
    CardFields {
        product_id: i64::from(shape),
        title: text(3, 5_000),
        cover: Image { uri: "a".into(), urls: vec!["b".into()], ..Image::default() },
        price: on(4).then(|| Price { sale_text: "$1".into(), ..Price::default() }),
        flash_sale: on(0).then_some(sale),
        labels: vec![Label::default(); if on(5) { 3 } else { 0 }],
        vouchers: vec![Voucher::default(); if on(6) { 2 } else { 0 }],
        in_cart_count: 3,
        rating: 4.5,
        track: [("place".into(), "bag".into())].into(),
        refreshed_labels: on(7).then(Vec::new),
        ..CardFields::default()
    }
}

fn lives() -> [Live; 3] {
    [
        Live::default(),
        Live { server_now_ms: i64::MAX, countdown_text: "Ends in 3m 2s".into(), in_cart_count: -1 },
        Live { server_now_ms: 5, countdown_text: "x".repeat(6_000).into(), in_cart_count: 9 },
    ]
}

/// Every card of the shapes above, encoded, with its typed twin.
fn pairs() -> impl Iterator<Item = (ProductCard, CardFields)> {
    (0..256).flat_map(|shape| {
        let drawn = Arc::new(EncodedCard::new(card(shape)));
        assert!(drawn.has_bytes(), "{shape:b}");
        lives().map(|live| {
            let typed = live.onto(&card(shape));
            (ProductCard::encoded(Arc::clone(&drawn), live), typed)
        })
    })
}

fn linked(message: &impl Message) -> Vec<u8> {
    let mut out = LinkedBytes::new();
    message.encode(&mut TBinaryProtocol::new(&mut out, true)).unwrap();
    out.concat().to_vec()
}

fn compact(message: &impl Message) -> Vec<u8> {
    let mut out = BytesMut::new();
    message.encode(&mut TCompactOutputProtocol::new(&mut out, false)).unwrap();
    out.to_vec()
}

#[test]
fn bytes_and_size_are_those_of_the_typed_encoding() {
    for (card, typed) in pairs() {
        let expected = linked(&typed);
        assert!(linked(&card) == expected, "{typed:?}");
        assert_eq!(card.size(&mut TBinaryProtocol::new((), true)), expected.len());
    }
}

#[test]
fn another_protocol_encodes_the_fields() {
    for (card, typed) in pairs() {
        assert!(compact(&card) == compact(&typed), "{typed:?}");
        let sizes = [
            card.size(&mut TCompactOutputProtocol::new((), true)),
            typed.size(&mut TCompactOutputProtocol::new((), true)),
        ];
        assert_eq!(sizes[0], sizes[1]);
    }
}

#[test]
fn a_reader_sees_the_values_of_this_answer() {
    for (card, typed) in pairs() {
        assert_eq!(*card, typed);
        assert_eq!(card.clone().into_fields(), typed);
        assert_eq!(ProductCard::from(typed), card);
    }
}

#[test]
fn a_decoded_card_is_the_encoded_one() {
    for (card, typed) in pairs() {
        let mut bytes = Bytes::from(linked(&card));
        let decoded = ProductCard::decode(&mut TBinaryProtocol::new(&mut bytes, true)).unwrap();
        assert_eq!(decoded.into_fields(), typed);
        assert!(bytes.is_empty());
    }
}
