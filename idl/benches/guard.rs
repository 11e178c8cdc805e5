//! Cost of the guard, beside that of the decoder behind it: `cargo bench -p live-pack-idl --bench guard`.
//!
//! On two quiet cores: request of 243 bytes 0.34 µs, answer of 3.8 KB 3.5 µs, of 18.3 KB 16.2 µs, of 38.4 KB 33.8 µs:
//! 0.9 µs per KB of answer. Decoding the last takes longer by an order of magnitude. On two busy cores, later: 1.4 to 1.6 µs
//! per KB of answer; a request behind a header of 12 keys, 693 bytes in all, 0.76 µs, and 0.84 µs with ten of them cut out.

#![allow(clippy::unwrap_used, missing_docs, reason = "a benchmark")]

use std::{hint::black_box, time::Duration};

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use live_pack_idl::{
    base::BaseResp,
    guard::{Limits, Side, check, cut_header, services},
    live_pack as wire,
};
use pilota::{
    Bytes, BytesMut,
    thrift::{Message, binary::TBinaryProtocol},
};

#[path = "../tests/guard/bytes.rs"]
mod bytes;

const METHOD: &str = "GetLiveBagData";

fn encoded(message: &impl Message) -> Vec<u8> {
    let mut out = BytesMut::new();
    message.encode(&mut TBinaryProtocol::new(&mut out, false)).unwrap();
    out.to_vec()
}

fn request() -> wire::GetLiveBagDataRequest {
    let user = wire::UserContext {
        user_id: 101,
        device_id: "7301234567890123456".into(),
        app_version: 340_502,
        region: "US".into(),
        language: "en-US".into(),
        timezone: "America/New_York".into(),
        ..Default::default()
    };
    let room = wire::RoomRef { room_id: 1001, anchor_id: 104 };
    let page = Some(wire::Page { cursor: 0, count: 20 });
    wire::GetLiveBagDataRequest { room, user, page, exclude_ids: vec![1, 2, 3], ..Default::default() }
}

fn card(number: i64) -> wire::ProductCard {
    let label =
        |text: &str| wire::Label { text: text.to_owned().into(), code: "free_shipping".into(), ..Default::default() };
    wire::CardFields {
        product_id: 1_729_000_000_000 + number,
        title: format!("Stainless Steel Insulated Water Bottle {number}, 750 ml, Leakproof").into(),
        cover: wire::Image {
            uri: format!("tos-alisg/{number:032x}").into(),
            urls: (1..4)
                .map(|host| format!("https://p{host}.example.com/img/{number:032x}~800x800.webp").into())
                .collect(),
            width: 800,
            height: 800,
        },
        price: Some(wire::Price {
            currency: "USD".into(),
            symbol: "$".into(),
            sale_min: "19.99".into(),
            sale_max: "24.99".into(),
            origin_min: Some("29.99".into()),
            sale_text: "$19.99 – $24.99".into(),
            discount_text: Some("-33%".into()),
            ..Default::default()
        }),
        labels: vec![label("Free shipping"), label("Official shop")],
        buttons: vec![wire::Button { text: "Buy now".into(), schema: "aweme://ec/pdp".into(), ..Default::default() }],
        sold_text: "12.3K sold".into(),
        seller_name: "Bottle House Official".into(),
        schema: format!("aweme://ec/pdp?product_id={number}").into(),
        track: [("source", "bag"), ("position", "3")].map(|(key, value)| (key.into(), value.into())).into(),
        ..Default::default()
    }
    .into()
}

fn answer(cards: i64) -> wire::GetLiveBagDataResponse {
    let products = (0..cards).map(card).collect();
    wire::GetLiveBagDataResponse { products, total: 200, base_resp: BaseResp::default(), ..Default::default() }
}

/// The header that a service mesh adds to a call: two keys that the server reads, ten that are cut out.
fn header() -> Vec<u8> {
    let texts = bytes::named(&[
        (b"rip", b"10.20.30.40:50123"),
        (b"gdpr-token", &[b't'; 200]),
        (b"RPC_PERSIST_STRESS_TAG", b"none"),
        (b"RPC_TRANSIT_LP_ROUTE_GROUP", b"SEA"),
        (b"K_LOGID", b"20261121124500010203040506070809AB"),
        (b"idc", b"sg1"),
    ]);
    let numbers: [(u16, &[u8]); 6] =
        [(16, b"3"), (12, b"250"), (17, b"50"), (3, b"ecom.live.gateway"), (9, METHOD.as_bytes()), (6, b"live_pack")];
    let start = bytes::writer().raw(&[0x10, 0, 6]);
    let one = |block: bytes::Writer, (key, value): &(u16, &[u8])| {
        block.raw(&key.to_be_bytes()).raw(&u16::try_from(value.len()).unwrap().to_be_bytes()).raw(value)
    };
    [texts, numbers.iter().fold(start, one).done()].concat()
}

/// Prints the time per message and per KB: the figure in the design.
fn print(name: &str, bytes: usize, mut once: impl FnMut()) {
    let rounds = 200_000_000 / (bytes * 2 + 500);
    (0..rounds / 10).for_each(|_| once());
    let start = tokio::time::Instant::now();
    (0..rounds).for_each(|_| once());
    let nanoseconds = start.elapsed().as_nanos() / u128::try_from(rounds).unwrap();
    let a_kb = nanoseconds * 1024 / u128::try_from(bytes).unwrap();
    println!("{name}, {bytes} bytes: {nanoseconds} ns, {a_kb} ns a KB");
}

fn guard(criterion: &mut Criterion) {
    let limits = Limits::of_message(16 << 20);
    let called = bytes::framed(&bytes::call(METHOD, &encoded(&request())));
    let replied = |cards| bytes::framed(&bytes::reply(METHOD, 1, &encoded(&answer(cards))));
    let client = Side::Client(METHOD);
    let headed = bytes::with_header(&header(), &called);
    let cases = [
        ("request", Side::Server, called),
        ("answer of 4 cards", client, replied(4)),
        ("answer of 20 cards", client, replied(20)),
        ("answer of 42 cards", client, replied(42)),
    ];
    let mut group = criterion.benchmark_group("guard");
    group.warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(2));
    for (name, side, message) in &cases {
        let once = || check(services::LIVE_PACK, *side, &limits, black_box(message)).unwrap();
        print(name, message.len(), once);
        group.throughput(Throughput::Bytes(u64::try_from(message.len()).unwrap()));
        group.bench_function(format!("{name}, {} bytes", message.len()), |bench| bench.iter(once));
    }
    for (name, cuts) in [("checked", false), ("checked and cut", true)] {
        let mut bytes = headed.clone();
        let once = |bytes: &mut Vec<u8>| {
            check(services::LIVE_PACK, Side::Server, &limits, black_box(bytes)).unwrap();
            if cuts {
                cut_header(services::LIVE_PACK, Side::Server, bytes);
            }
        };
        let name = format!("request behind a header of 12 keys, copied, {name}");
        print(&name, headed.len(), || {
            bytes.copy_from_slice(&headed);
            once(&mut bytes);
        });
        group.throughput(Throughput::Bytes(u64::try_from(headed.len()).unwrap()));
        group.bench_function(name, |bench| bench.iter_batched_ref(|| headed.clone(), once, BatchSize::SmallInput));
    }
    group.finish();
    let body = Bytes::from(encoded(&answer(42)));
    let mut group = criterion.benchmark_group("decode");
    group.warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(2));
    group.throughput(Throughput::Bytes(u64::try_from(body.len()).unwrap()));
    group.bench_function("answer of 42 cards", |bench| {
        bench.iter(|| {
            let mut bytes = body.clone();
            wire::GetLiveBagDataResponse::decode(&mut TBinaryProtocol::new(&mut bytes, true)).unwrap()
        });
    });
    group.finish();
}

criterion_group!(benches, guard);
criterion_main!(benches);
