//! Named hostile requests, each with its fault and the kind of rule that must catch it.

use live_pack_idl::guard::Kind;

use super::bytes::*;

/// One hostile message.
pub(crate) struct Hostile {
    /// Its fault.
    pub(crate) name: &'static str,
    /// All its bytes.
    pub(crate) bytes: Vec<u8>,
    /// The rule, and part of the message for the peer. `None` if the peer must send more first, or close.
    pub(crate) refused: Option<(Kind, &'static str)>,
}

const METHOD: &str = "GetLiveBagData";

fn of(name: &'static str, bytes: Vec<u8>, kind: Kind, part: &'static str) -> Hostile {
    Hostile { name, bytes, refused: Some((kind, part)) }
}

/// A framed call whose request begins with a room and a user, followed by `fields`.
fn asks(name: &'static str, fields: Writer, kind: Kind, part: &'static str) -> Hostile {
    let request = room(writer()).field(STRUCT, 2).raw(&[0]).raw(&fields.stop()).done();
    of(name, framed(&call(METHOD, &request)), kind, part)
}

/// All of them, for a server that takes messages of up to 1 MiB.
pub(crate) fn requests() -> Vec<Hostile> {
    [transports(), envelopes(), values(), containers(), strangers(), headers()].into_iter().flatten().collect()
}

fn transports() -> Vec<Hostile> {
    let good = call(METHOD, &bag_request());
    let length = |length: u32, rest: &[u8]| [&length.to_be_bytes(), rest].concat();
    let no_protocol = "must be TTHeader";
    vec![
        of("http", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n".to_vec(), Kind::Protocol, no_protocol),
        of("tls hello", vec![0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3], Kind::Protocol, no_protocol),
        of("zeros", vec![0; 64], Kind::Protocol, no_protocol),
        of("ones", vec![0xff; 64], Kind::Protocol, no_protocol),
        of("redis", b"*1\r\n$4\r\nPING\r\n".to_vec(), Kind::Protocol, no_protocol),
        of("compact", vec![0x82, 0x21, 1, 4, b'P', b'i', b'n', b'g', 0], Kind::Protocol, no_protocol),
        of("compact framed", framed(&[0x82, 0x21, 1, 4, b'P', b'i', b'n', b'g', 0]), Kind::Protocol, no_protocol),
        of("binary without version", [&[0, 0, 0, 1, b'x', 1][..], &[0; 8]].concat(), Kind::Protocol, no_protocol),
        of("binary version 2", framed(&[0x80, 2, 0, 1, 0, 0, 0, 1, b'x', 0, 0, 0, 1, 0]), Kind::Protocol, no_protocol),
        of("frame of 4 GiB", length(u32::MAX, &good), Kind::Length, "may be"),
        of("frame of 2 GiB", length(1 << 31, &good), Kind::Length, "may be"),
        of("frame one byte too long", length((1 << 20) + 1, &good), Kind::Length, "may be"),
        of("header of 4 GiB", length(u32::MAX, &[0x10, 0, 0, 0]), Kind::Length, "may be"),
        of("header one byte too long", length((1 << 20) + 1, &[0x10, 0, 0, 0]), Kind::Length, "may be"),
        of("frame of four bytes", length(4, &good), Kind::Truncated, "ends too early"),
        of("frame shorter than its message", length(30, &good), Kind::Truncated, "exceeds the end"),
        of("frame longer than its message", framed(&[&good[..], &[0; 9]].concat()), Kind::Trailing, "9 bytes before"),
        Hostile { name: "nothing but a length", bytes: vec![0, 0, 1, 0], refused: None },
        Hostile { name: "half a message", bytes: framed(&good)[..40].to_vec(), refused: None },
        Hostile { name: "half a buffered message", bytes: good[..40].to_vec(), refused: None },
        Hostile { name: "one byte", bytes: vec![0x80], refused: None },
    ]
}

fn envelopes() -> Vec<Hostile> {
    let with = |kind: u8| framed(&head(kind, METHOD.as_bytes(), 1).field(STRUCT, 1).raw(&bag_request()).stop());
    let named = |length: i32, name: &[u8]| framed(&writer().raw(&[0x80, 1, 0, 1]).int(length).raw(name).stop());
    vec![
        of("a reply", with(2), Kind::Envelope, "must be a call"),
        of("an exception", with(3), Kind::Envelope, "must be a call"),
        of("a one-way call", with(4), Kind::Envelope, "must be a call"),
        of("message type 0", with(0), Kind::Envelope, "no type 0"),
        of("message type 255", with(255), Kind::Envelope, "no type 255"),
        of("negative name", named(-1, b"xxxxxxxx"), Kind::Envelope, "-1 bytes"),
        of("name of 2 GiB", named(i32::MAX, b"xxxxxxxx"), Kind::Envelope, "2147483647 bytes"),
        of("name beyond the frame", named(100, b"xxxxxxxx"), Kind::Truncated, "ends too early"),
        of("name of no text", framed(&head(1, &[0xff, 0xfe], 1).stop()), Kind::Text, "UTF-8"),
        of("nothing after the name", framed(&head(1, METHOD.as_bytes(), 1).done()), Kind::Truncated, "exceeds the end"),
        of("no arguments", framed(&head(1, METHOD.as_bytes(), 1).stop()), Kind::Missing, "mandatory"),
        of("buffered, a reply", head(2, METHOD.as_bytes(), 1).stop(), Kind::Envelope, "must be a call"),
        of("buffered, negative name", writer().raw(&[0x80, 1, 0, 1]).int(-9).stop(), Kind::Envelope, "-9 bytes"),
    ]
}

fn values() -> Vec<Hostile> {
    let whole = |name, request: Vec<u8>, kind, part| of(name, framed(&call(METHOD, &request)), kind, part);
    let number = || writer().field(I32, 4).int(1);
    vec![
        whole("empty request", vec![0], Kind::Missing, "room: is mandatory"),
        whole(
            "room without id",
            writer().field(STRUCT, 1).raw(&[0]).stop(),
            Kind::Missing,
            "room.room_id: is mandatory",
        ),
        whole("no user", room(writer()).stop(), Kind::Missing, "user: is mandatory"),
        whole("room twice", room(room(writer())).stop(), Kind::Repeated, "room: is there twice"),
        asks("tab twice", number().raw(&number().done()), Kind::Repeated, "tab: is there twice"),
        asks(
            "text for a number",
            writer().field(TEXT, 4).text(b"ALL"),
            Kind::Type,
            "tab: must be an i32, not a string",
        ),
        asks("number for text", writer().field(I32, 6).int(7), Kind::Type, "source: must be a string, not an i32"),
        asks("number for a struct", writer().field(I64, 3).long(7), Kind::Type, "page: must be a struct, not an i64"),
        asks("struct for a list", writer().field(STRUCT, 5).raw(&[0]), Kind::Type, "exclude_ids: must be a list"),
        asks("type 7", writer().field(7, 4).int(1), Kind::Type, "tab: must be an i32, not no type"),
        asks("negative text", writer().field(TEXT, 6).int(-1), Kind::Length, "source: cannot be -1 bytes"),
        asks("lowest text", writer().field(TEXT, 6).int(i32::MIN), Kind::Length, "source: cannot be"),
        asks("text of 2 GiB", writer().field(TEXT, 6).int(i32::MAX), Kind::Truncated, "source: exceeds the end"),
        asks("text one too long", writer().field(TEXT, 6).int(4).raw(b"x"), Kind::Truncated, "source: exceeds the end"),
        asks("text that is none", writer().field(TEXT, 6).text(&[0xc3, 0x28]), Kind::Text, "source: must be UTF-8"),
        asks(
            "half a surrogate",
            writer().field(TEXT, 6).text(&[0xed, 0xa0, 0x80]),
            Kind::Text,
            "source: must be UTF-8",
        ),
        asks("bytes after the request", writer().raw(&[0, 0, 1, 2, 3]), Kind::Trailing, "before its frame"),
    ]
}

fn containers() -> Vec<Hostile> {
    let ids = |element, count| writer().list(5, element, count);
    let user = |fields: Writer| {
        let request = room(writer()).field(STRUCT, 2).raw(&fields.stop()).stop();
        framed(&call(METHOD, &request))
    };
    let map = |key, value, count| user(writer().map(13, key, value, count));
    let slots = |slots: Writer| framed(&call("MGetFcpEcomComponent", &slots.field(STRUCT, 2).raw(&[0]).stop()));
    vec![
        asks("list of 2 G numbers", ids(I64, i32::MAX), Kind::Count, "exclude_ids: holds 2147483647"),
        asks("list one too long", ids(I64, 2).long(1), Kind::Count, "exclude_ids: holds 2"),
        asks("list of -1", ids(I64, -1), Kind::Length, "exclude_ids: cannot hold -1"),
        asks("list of bytes for numbers", ids(I8, 5).raw(&[1; 5]), Kind::Count, "exclude_ids"),
        asks("long list of bytes for numbers", ids(I8, 5).raw(&[1; 40]), Kind::Type, "exclude_ids: must be an i64"),
        asks("list of type 9", ids(9, 1).long(1), Kind::Type, "exclude_ids: must be an i64"),
        asks("empty list of type 99", ids(99, 0), Kind::Type, "exclude_ids: there is no type 99"),
        of("map of 2 G", map(TEXT, TEXT, i32::MAX), Kind::Count, "user.ab_params: holds 2147483647"),
        of("map of -1", map(TEXT, TEXT, -1), Kind::Length, "user.ab_params: cannot hold -1"),
        of("map with numbers for keys", map(I64, TEXT, 1), Kind::Count, "user.ab_params"),
        of(
            "map with structs for values",
            user(writer().map(13, TEXT, STRUCT, 1).text(b"a").raw(&[0; 8])),
            Kind::Type,
            "user.ab_params: must be a string, not a struct",
        ),
        of(
            "value that is no text",
            user(writer().map(13, TEXT, TEXT, 2).text(b"a").text(b"b").text(b"c").text(&[0xff])),
            Kind::Text,
            "user.ab_params[1]: must be UTF-8",
        ),
        of(
            "list of structs that are bytes",
            slots(writer().list(1, I8, 24).raw(&[0; 600])),
            Kind::Type,
            "slots: must be a struct, not an i8",
        ),
        of(
            "list of structs of 2 G",
            slots(writer().list(1, STRUCT, i32::MAX).raw(&[0; 64])),
            Kind::Count,
            "slots: holds 2147483647",
        ),
        of(
            "list whose second element is broken",
            slots(room(writer().list(1, STRUCT, 2)).list(3, TEXT, 0).raw(&[0; 20])),
            Kind::Missing,
            "slots[1].room: is mandatory",
        ),
    ]
}

fn strangers() -> Vec<Hostile> {
    let deep = |step: &[u8], times: usize| writer().raw(&step.repeat(times));
    vec![
        asks("structs 40 deep", deep(&[STRUCT, 0, 99], 40), Kind::Depth, "32 deep"),
        asks("structs 10,000 deep", deep(&[STRUCT, 0, 99], 10_000), Kind::Depth, "32 deep"),
        asks(
            "lists 40 deep",
            writer().field(LIST, 99).raw(&[LIST, 0, 0, 0, 1].repeat(40)).raw(&[I8, 0, 0, 0, 0]),
            Kind::Depth,
            "32 deep",
        ),
        asks("unknown type", writer().field(99, 99), Kind::Type, "#99: there is no type 99"),
        asks("unknown void", writer().field(1, 99), Kind::Type, "#99: there is no type 1"),
        asks(
            "unknown list of voids",
            writer().list(99, 1, 1_000).raw(&[0; 1_000]),
            Kind::Type,
            "#99: there is no type 1",
        ),
        asks("unknown list of 2 G", writer().list(99, STRUCT, i32::MAX), Kind::Count, "#99: holds"),
        asks("unknown list of -1", writer().list(99, I64, -1), Kind::Length, "#99: cannot hold -1"),
        asks("unknown map of 2 G", writer().map(99, TEXT, LIST, i32::MAX), Kind::Count, "#99: holds"),
        asks(
            "unknown map of type 77",
            writer().map(99, 77, TEXT, 1).raw(&[0; 9]),
            Kind::Type,
            "#99: there is no type 77",
        ),
        asks("unknown text of -1", writer().field(TEXT, 99).int(-1), Kind::Length, "#99: cannot be -1 bytes"),
        asks("unknown text of 2 GiB", writer().field(TEXT, 99).int(i32::MAX), Kind::Truncated, "#99: exceeds the end"),
        asks("unknown number cut", writer().field(I64, -7).raw(&[1]), Kind::Truncated, "#-7: exceeds the end"),
    ]
}

fn headers() -> Vec<Hostile> {
    let good = framed(&call(METHOD, &bag_request()));
    let blocks = |name, block: &[u8], part| of(name, with_header(block, &good), Kind::Header, part);
    let many: Vec<_> = (0..33).map(|_| (&b"k"[..], &b"v"[..])).collect();
    let inner = |length: u32| [&length.to_be_bytes()[..], &good[4..]].concat();
    vec![
        of("header beyond its frame", header_of(60_000, &[0, 0, 0, 0], &good), Kind::Header, "ends too early"),
        of("header of no bytes", header_of(0, &[], &good), Kind::Header, "ends too early"),
        of("header cut", framed(&[0x10, 0, 0, 0, 0, 0]), Kind::Header, "ends too early"),
        of("compact by header", header_of(1, &[2, 0, 0, 0], &good), Kind::Header, "binary protocol"),
        of("header with a transform", header_of(1, &[0, 1, 1, 0], &good), Kind::Header, "no transform"),
        of("header with 255 transforms", header_of(1, &[0, 255, 0, 0], &good), Kind::Header, "no transform"),
        blocks("block 7", &[7, 0, 0], "no block 7"),
        blocks("33 keys", &named(&many), "32 keys"),
        blocks("65,535 keys", &[1, 0xff, 0xff], "32 keys"),
        blocks("65,535 numbered keys", &[0x10, 0xff, 0xff], "32 keys"),
        blocks("keys that are not there", &[1, 0, 9], "ends too early"),
        blocks("key beyond the header", &[1, 0, 1, 0, 200, b'k'], "ends too early"),
        blocks("value beyond the header", &[1, 0, 1, 0, 1, b'k', 0, 200], "ends too early"),
        blocks("numbered value beyond the header", &[0x10, 0, 1, 0, 3, 0, 200], "ends too early"),
        blocks("token beyond the header", &[0x11, 0, 200], "ends too early"),
        blocks("key of 5,000 bytes", &named(&[(&[b'k'; 5_000], b"v")]), "4096 bytes"),
        blocks("value of 5,000 bytes", &named(&[(b"k", &[b'v'; 5_000])]), "4096 bytes"),
        blocks("header key that is no text", &named(&[(&[0xff], b"v")]), "UTF-8"),
        blocks("header value that is no text", &named(&[(b"rip", &[0xff, 0xfe])]), "UTF-8"),
        of("header around nothing", with_header(&[], &[]), Kind::Truncated, "ends too early"),
        of("header around http", with_header(&[], b"GET / HTTP/1.1\r\n\r\n"), Kind::Envelope, "strict binary"),
        of("header around a longer frame", with_header(&[], &inner(9_999)), Kind::Length, "another length"),
        of("header around a shorter frame", with_header(&[], &inner(20)), Kind::Length, "another length"),
        of("header around 4 GiB", with_header(&[], &inner(u32::MAX)), Kind::Length, "another length"),
    ]
}
