//! A downstream service that answers hostile bytes: every answer is a classified failure of that service, and no more.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::*;

// One writer of raw messages for the tests of all crates.
#[path = "../../../../idl/tests/guard/bytes.rs"]
mod bytes;

use bytes::{
    CALL, EXCEPTION, I8, I32, I64, LIST, REPLY, STRUCT, TEXT, Writer, framed, head, header_of, named, reply,
    with_header, writer,
};

const METHOD: &str = "MGetProductPrice";

/// The bytes that the service sends for a sequence number; it closes the connection afterwards.
type Answer = fn(i32) -> Vec<u8>;

/// A framed reply with this response.
fn replied(sequence: i32, response: &[u8]) -> Vec<u8> {
    framed(&reply(METHOD, sequence, response))
}

/// A framed reply whose response begins with these fields and has an envelope.
fn with(sequence: i32, fields: Writer) -> Vec<u8> {
    replied(sequence, &fields.field(STRUCT, 255).raw(&[0]).stop())
}

/// A reply with one price, which begins with these fields.
fn price(sequence: i32, fields: Writer) -> Vec<u8> {
    with(sequence, writer().map(1, I64, STRUCT, 1).long(1).raw(&fields.stop()))
}

fn good(sequence: i32) -> Vec<u8> {
    with(sequence, writer().list(2, I64, 0))
}

/// A good reply with a TTHeader of these blocks.
fn headed(sequence: i32, blocks: &[u8]) -> Vec<u8> {
    with_header(blocks, &good(sequence))
}

/// A good reply with other bytes in front of it than its length.
fn length(length: u32, sequence: i32) -> Vec<u8> {
    [&length.to_be_bytes(), &good(sequence)[4..]].concat()
}

/// A whole message instead of a reply.
fn message(kind: u8, name: &[u8], sequence: i32, body: &[u8]) -> Vec<u8> {
    framed(&head(kind, name, sequence).raw(body).done())
}

const ENVELOPES: [(&str, Answer); 24] = [
    ("http", |_| b"HTTP/1.1 400 Bad Request\r\n\r\n".repeat(4)),
    ("tls alert", |_| vec![0x15, 3, 3, 0, 2, 2, 40]),
    ("zeros", |_| vec![0; 64]),
    ("ones", |_| vec![0xff; 64]),
    ("compact", |_| vec![0x82, 0x41, 1, 1, b'x', 0, 0, 0]),
    ("compact framed", |_| framed(&[0x82, 0x41, 1, 1, b'x', 0, 0, 0])),
    ("version 2", |_| framed(&[0x80, 2, 0, 2, 0, 0, 0, 1, b'x', 0, 0, 0, 1, 0])),
    ("frame of 4 GiB", |n| length(u32::MAX, n)),
    ("frame of 2 GiB", |n| length(1 << 31, n)),
    ("frame one byte too long", |n| length((16 << 20) + 1, n)),
    ("header of 4 GiB", |_| [&u32::MAX.to_be_bytes()[..], &[0x10, 0, 0, 0]].concat()),
    ("frame shorter than its message", |n| length(30, n)),
    ("frame longer than its message", |n| framed(&[&good(n)[4..], &[0; 5]].concat())),
    ("a call", |n| message(CALL, METHOD.as_bytes(), n, &[0])),
    ("a one-way call", |n| message(4, METHOD.as_bytes(), n, &[0])),
    ("message type 9", |n| message(9, METHOD.as_bytes(), n, &[0])),
    ("the answer of another method", |n| message(REPLY, b"MGetSeller", n, &[0])),
    ("the answer to another call", |n| good(n + 1)),
    ("name of no text", |n| message(REPLY, &[0xff, 0xfe], n, &[0])),
    ("negative name", |_| framed(&writer().raw(&[0x80, 1, 0, 2]).int(-1).stop())),
    ("no result", |n| message(REPLY, METHOD.as_bytes(), n, &[0])),
    ("text for a result", |n| message(REPLY, METHOD.as_bytes(), n, &writer().field(TEXT, 0).text(b"x").stop())),
    ("exception with a text of -1", |n| message(EXCEPTION, b"", n, &writer().field(TEXT, 1).int(-1).stop())),
    ("exception with a number for text", |n| message(EXCEPTION, b"", n, &writer().field(I32, 1).int(99).stop())),
];

/// Answers that end before the announced length: the service may have died.
const CUT_OFF: [(&str, Answer); 3] = [
    ("frame that never comes", |n| length(16 << 20, n)),
    ("half an answer", |n| good(n)[..20].to_vec()),
    ("half a length", |_| vec![0, 0]),
];

const VALUES: [(&str, Answer); 25] = [
    ("no envelope", |n| replied(n, &[0])),
    ("envelope twice", |n| with(n, writer().field(STRUCT, 255).raw(&[0]))),
    ("text for a status", |n| replied(n, &writer().field(STRUCT, 255).field(TEXT, 2).text(b"0").raw(&[0]).stop())),
    ("map of 2 G", |n| with(n, writer().map(1, I64, STRUCT, i32::MAX))),
    ("map of -1", |n| with(n, writer().map(1, I64, STRUCT, -1))),
    ("map one too long", |n| with(n, writer().map(1, I64, STRUCT, 9).long(1).raw(&[0]))),
    ("map of texts", |n| with(n, writer().map(1, TEXT, TEXT, 1).text(b"abcdefgh").text(b"x"))),
    ("map of bytes for structs", |n| with(n, writer().map(1, I64, I8, 2).raw(&[0; 18]))),
    ("list for a map", |n| with(n, writer().list(1, I64, 1).long(1))),
    ("list of 2 G", |n| with(n, writer().list(2, I64, i32::MAX))),
    ("list of -1", |n| with(n, writer().list(2, I64, -1))),
    ("list of bytes for numbers", |n| with(n, writer().list(2, I8, 24).raw(&[0; 200]))),
    ("negative text", |n| price(n, writer().field(TEXT, 1).int(-1))),
    ("text of 2 GiB", |n| price(n, writer().field(TEXT, 1).int(i32::MAX))),
    ("text that is none", |n| price(n, writer().field(TEXT, 1).text(&[0xc3, 0x28]))),
    ("number for a text", |n| price(n, writer().field(I64, 1).long(1))),
    ("list of 2 G structs", |n| price(n, writer().list(2, STRUCT, i32::MAX))),
    ("list of bytes for structs", |n| price(n, writer().list(2, I8, 64).raw(&[0; 64]))),
    ("two million empty prices", |n| price(n, writer().list(2, STRUCT, 2_000_000).raw(&vec![0; 2_000_000]))),
    ("unknown structs 10,000 deep", |n| with(n, writer().raw(&[STRUCT, 0, 99].repeat(10_000)))),
    ("unknown lists 100 deep", |n| with(n, writer().field(LIST, 99).raw(&[LIST, 0, 0, 0, 1].repeat(100)))),
    ("unknown voids", |n| with(n, writer().list(99, 1, i32::MAX))),
    ("unknown type", |n| with(n, writer().field(99, 99))),
    ("unknown map of 2 G", |n| with(n, writer().map(99, I64, LIST, i32::MAX))),
    ("unknown text of -1", |n| with(n, writer().field(TEXT, 99).int(-1))),
];

const HEADERS: [(&str, Answer); 14] = [
    ("header beyond its frame", |n| header_of(60_000, &[0; 4], &good(n))),
    ("header of no bytes", |n| header_of(0, &[], &good(n))),
    ("compact by header", |n| header_of(1, &[2, 0, 0, 0], &good(n))),
    ("header with a transform", |n| header_of(1, &[0, 1, 1, 0], &good(n))),
    ("block 7", |n| headed(n, &[7])),
    ("65,535 keys", |n| headed(n, &[1, 0xff, 0xff])),
    ("key beyond the header", |n| headed(n, &[1, 0, 1, 0, 200, b'k'])),
    ("value beyond the header", |n| headed(n, &[0x10, 0, 1, 0, 3, 0, 200])),
    ("token beyond the header", |n| headed(n, &[0x11, 0, 200])),
    ("key of 5,000 bytes", |n| headed(n, &named(&[(&[b'k'; 5_000], b"v")]))),
    ("value that is no text", |n| headed(n, &named(&[(b"biz-extra", &[0xff])]))),
    ("header around nothing", |_| with_header(&[], &[])),
    ("header around http", |_| with_header(&[], b"HTTP/1.1 200 OK\r\n\r\n")),
    ("header around a longer frame", |n| with_header(&[], &length(9_999, n))),
];

/// A service that sends this answer to every caller and then closes the connection.
async fn serving(answer: Answer) -> SocketAddr {
    listen(move |mut stream| async move {
        let mut request = [0; 4096];
        let read = stream.read(&mut request).await.unwrap_or_default();
        // The sequence number of a TTHeader call.
        if let Some(number) = request.get(8..12).filter(|_| read > 12) {
            let answer = answer(i32::from_be_bytes(number.try_into().unwrap()));
            // the client may hang up first, having read enough
            drop(stream.write_all(&answer).await);
            drop(stream.shutdown().await);
        }
    })
    .await
}

#[tokio::test]
async fn a_hostile_answer_is_only_a_failure_of_that_service() {
    let well = rpc_at(Prices::by_id().serve().await);
    let bad = ENVELOPES.into_iter().chain(VALUES).chain(HEADERS).map(|row| (row, ErrorKind::BadResponse));
    for ((name, answer), kind) in bad.chain(CUT_OFF.map(|row| (row, ErrorKind::Broken))) {
        let address = serving(answer).await;
        let error = ask(address, &[1]).await.unwrap_err();
        assert_eq!((error.kind, error.origin), (kind, DownstreamMethod::MGetProductPrice.into()), "{name}: {error}");
        assert!(!error.detail.contains("panicked"), "{name}: {error}");
        well.product_price.prices(&call(millis(500)), &[1]).await.unwrap();
    }
}

#[tokio::test]
async fn the_test_service_is_understood_if_its_answer_is_good() {
    let answers: [Answer; 4] = [
        good,
        |n| headed(n, &named(&[(b"rip", b"nonsense"), (b"crrst", b"1")])),
        |n| with_header(&[], &good(n)[4..]),
        |n| price(n, writer().field(TEXT, 1).text(b"USD").field(STRUCT, 99).raw(&[0])),
    ];
    for answer in answers {
        ask(serving(answer).await, &[1]).await.unwrap();
    }
}

#[tokio::test]
async fn refused_answers_are_counted_by_service_and_kind() {
    let address = serving(|n| with(n, writer().list(2, I64, i32::MAX))).await;
    let registry = prometheus::Registry::new();
    let settings = RpcSettings::at(|_| address);
    let rpc = Rpc::new(&settings, &registry).unwrap();
    rpc.product_price.prices(&call(millis(500)), &[1]).await.unwrap_err();
    let text = prometheus::TextEncoder::new().encode_to_string(&registry.gather()).unwrap();
    let line = r#"live_pack_rpc_refused_total{downstream="product_price",kind="count"} 1"#;
    assert!(text.contains(line), "{text}");
}

#[tokio::test]
async fn a_second_answer_is_never_taken_for_that_of_the_next_call() {
    let address = listen(|mut stream| async move {
        let mut request = [0; 4096];
        while let Ok(12..) = stream.read(&mut request).await {
            let number = i32::from_be_bytes(request[8..12].try_into().unwrap());
            // The next call on this connection, were there one, would have the next number.
            let two = [good(number), price(number + 1, writer().field(TEXT, 1).text(b"EUR"))].concat();
            drop(stream.write_all(&two).await);
        }
    })
    .await;
    let rpc = rpc_at(address);
    for _ in 0..5 {
        let answer = rpc.product_price.prices(&call(millis(500)), &[1]).await.unwrap();
        assert_eq!(amounts(&answer), [Lookup::Missing]);
        // the surplus bytes have arrived by now
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn the_late_answer_to_a_call_that_gave_up_is_never_taken_for_that_of_another() {
    // the first call is answered late, together with the next calls of that connection
    let (late, first) = (Arc::new(tokio::sync::Notify::new()), Arc::new(AtomicBool::new(true)));
    let (told, sent) = (Arc::clone(&late), Arc::new(tokio::sync::Notify::new()));
    let done = Arc::clone(&sent);
    let address = listen(move |mut stream| {
        let (told, first, done) = (Arc::clone(&told), Arc::clone(&first), Arc::clone(&done));
        async move {
            let mut request = [0; 4096];
            while let Ok(12..) = stream.read(&mut request).await {
                let number = i32::from_be_bytes(request[8..12].try_into().unwrap());
                if first.swap(false, Ordering::SeqCst) {
                    told.notified().await;
                    let euros = |number| price(number, writer().field(TEXT, 1).text(b"EUR"));
                    let answers: Vec<u8> = (0..4).flat_map(|later| euros(number + later)).collect();
                    drop(stream.write_all(&answers).await);
                    done.notify_one();
                } else {
                    drop(stream.write_all(&good(number)).await);
                }
            }
        }
    })
    .await;
    let rpc = rpc_at(address);
    let given_up = rpc.product_price.prices(&call(millis(20)), &[1]).await.unwrap_err();
    assert_eq!(given_up.kind, ErrorKind::Timeout);
    late.notify_one();
    sent.notified().await;
    for _ in 0..3 {
        let answer = rpc.product_price.prices(&call(millis(500)), &[1]).await.unwrap();
        assert_eq!(amounts(&answer), [Lookup::Missing]);
    }
}

#[tokio::test]
async fn an_endless_answer_ends_at_the_deadline() {
    let address = listen(|mut stream| async move {
        let mut request = [0; 4096];
        drop(stream.read(&mut request).await);
        while stream.write_all(&[0]).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
    let rpc = Arc::clone(&rpc_at(address));
    let error = rpc.product_price.prices(&call(millis(40)), &[1]).await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::Timeout | ErrorKind::BadResponse), "{error}");
}
