//! Rules that the corpus of hostile requests does not reach: memory, answers, and messages that must be accepted.

use live_pack_idl::guard::{Kind, Limits, Side, check, services};

use super::{bytes::*, corpus};

const LIMITS: Limits = Limits::of_message(1 << 20);

#[test]
fn names_in_the_corpus_are_unique_and_there_are_enough() {
    let mut names: Vec<_> = corpus::requests().iter().map(|hostile| hostile.name).collect();
    assert!(names.len() >= 60, "{}", names.len());
    names.sort_unstable();
    let all = names.len();
    names.dedup();
    assert_eq!(names.len(), all);
}

#[test]
fn memory_is_charged_before_it_is_allocated() {
    // A card of five bytes decodes to hundreds: the answer is small and its decoded form is not.
    let card = writer().field(STRUCT, 4).raw(&[0]).stop();
    let cards = i32::try_from((4 << 20) / card.len()).unwrap();
    let response = writer().list(1, STRUCT, cards).raw(&card.repeat(usize::try_from(cards).unwrap()));
    let response = response.field(STRUCT, 255).raw(&[0]).stop();
    let answer = framed(&reply("GetLiveBagData", 1, &response));
    let side = Side::Client("GetLiveBagData");
    let refusal = check(services::LIVE_PACK, side, &Limits::of_message(16 << 20), &answer).unwrap_err();
    assert_eq!((refusal.kind, refusal.at.as_ref()), (Kind::Memory, "products"));
    let generous = Limits { memory: usize::MAX, ..Limits::of_message(16 << 20) };
    check(services::LIVE_PACK, side, &generous, &answer).unwrap();
}

#[test]
fn the_length_prefix_must_match_the_message() {
    let good = framed(&call("GetLiveBagData", &bag_request()));
    check(services::LIVE_PACK, Side::Server, &LIMITS, &good).unwrap();
    for length in [0, 1, good.len() - 5, good.len() - 3, 0xffff_fb94] {
        let lying = [&u32::try_from(length).unwrap().to_be_bytes(), &good[4..]].concat();
        let refusal = check(services::LIVE_PACK, Side::Server, &LIMITS, &lying).unwrap_err();
        assert_eq!(refusal.kind, Kind::Length, "{length}");
    }
    for cut in 0..4 {
        assert!(check(services::LIVE_PACK, Side::Server, &LIMITS, &good[..cut]).is_err(), "{cut}");
    }
}

#[test]
fn clients_accept_only_the_answer_to_their_call() {
    let response = writer().field(STRUCT, 255).raw(&[0]).stop();
    let client = |bytes: &[u8]| check(services::LIVE_PACK, Side::Client("GetLiveBagTab"), &LIMITS, bytes);
    client(&framed(&reply("GetLiveBagTab", 7, &response))).unwrap();
    let exception = writer().field(TEXT, 1).text(b"no").field(I32, 2).int(6).stop();
    client(&framed(&head(EXCEPTION, b"", 0).raw(&exception).done())).unwrap();
    for (name, bytes, kind) in [
        ("another method", reply("GetLiveBagTopBanner", 1, &response), Kind::Envelope),
        ("no method", reply("GetNothing", 1, &response), Kind::Envelope),
        ("a call", call("GetLiveBagTab", &response), Kind::Envelope),
        ("no result", head(REPLY, b"GetLiveBagTab", 1).stop(), Kind::Missing),
        ("text for the result", head(REPLY, b"GetLiveBagTab", 1).field(TEXT, 0).text(b"x").stop(), Kind::Type),
        (
            "two results",
            {
                let result = writer().field(STRUCT, 0).raw(&response).done();
                head(REPLY, b"GetLiveBagTab", 1).raw(&result).raw(&result).stop()
            },
            Kind::Repeated,
        ),
        ("exception with a number for text", head(EXCEPTION, b"", 0).field(I32, 1).int(-1).stop(), Kind::Type),
        ("exception cut", head(EXCEPTION, b"", 0).field(TEXT, 1).int(50).done(), Kind::Truncated),
    ] {
        assert_eq!(client(&framed(&bytes)).expect_err(name).kind, kind, "{name}");
    }
}

#[test]
fn unknown_fields_and_values_are_skipped() {
    let strange = writer()
        .field(STRUCT, 90)
        .raw(&writer().list(1, MAP, 1).raw(&[TEXT, LIST]).int(1).text(b"k").raw(&[I64]).int(2).long(1).long(2).stop())
        .field(BOOL, 91)
        .raw(&[7])
        .list(92, 0, 0)
        .map(93, 0, 0, 0);
    // 4 is an enum that has no value 77; 5 is an empty list that claims to be of text.
    let request = room(strange).field(STRUCT, 2).raw(&[0]).field(I32, 4).int(77).list(5, TEXT, 0).stop();
    for bytes in [
        framed(&call("GetLiveBagData", &request)),
        with_header(
            &named(&[(b"rip", b"127.0.0.1:1"), (b"RPC_PERSIST_X", "é".as_bytes())]),
            &call("GetLiveBagData", &request),
        ),
        with_header(&[], &framed(&call("GetLiveBagData", &request))),
        with_header(
            &[0x11, 0, 2, b'o', b'k', 0x10, 0, 1, 0, 3, 0, 1, b'x'],
            &framed(&call("GetLiveBagData", &request)),
        ),
    ] {
        check(services::LIVE_PACK, Side::Server, &LIMITS, &bytes).unwrap();
    }
}
