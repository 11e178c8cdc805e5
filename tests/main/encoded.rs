//! Answers with cached bytes compared with the typed encoding: every method, over every transport.

use live_pack_idl::live_pack as wire;
use pilota::{
    Bytes, BytesMut,
    thrift::{Message, binary::TBinaryProtocol},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::{
    methods::{BUYER, GUEST, Method, all},
    stack::{Setup, Stack},
    wire::{exchange, frame_of},
};

/// Rooms with flash sales, vouchers, auctions, strange products.
const ROOMS: [i64; 5] = [1001, 1006, 1007, 1008, 1010];

/// The struct of an answer, decoded and encoded again by the generated code.
fn again<M: Message>(answer: &[u8]) -> Vec<u8> {
    let mut bytes = Bytes::copy_from_slice(answer);
    let decoded = M::decode(&mut TBinaryProtocol::new(&mut bytes, true)).unwrap();
    let mut out = BytesMut::new();
    decoded.encode(&mut TBinaryProtocol::new(&mut out, false)).unwrap();
    let mut out = out.to_vec();
    // the end of the struct of the reply
    out.extend_from_slice(&bytes);
    out
}

fn typed(method: &Method, answer: &[u8]) -> Vec<u8> {
    macro_rules! of {
        ($($name:literal $response:ident;)*) => {
            match method.name {
                $($name => again::<wire::$response>(answer),)*
                other => panic!("{other} is not in the table"),
            }
        };
    }
    of! {
        "MGetRoomLiteData" MGetRoomLiteDataResponse;
        "GetRoomFullData" GetRoomFullDataResponse;
        "GetPinCardData" GetPinCardDataResponse;
        "GetLiveBagData" GetLiveBagDataResponse;
        "GetLiveBagPreviewData" GetLiveBagPreviewDataResponse;
        "GetLiveBagAssemble" GetLiveBagAssembleResponse;
        "GetLiveBagRefresh" GetLiveBagRefreshResponse;
        "GetPreviewPinCardData" GetPreviewPinCardDataResponse;
        "GetLiveBagTab" GetLiveBagTabResponse;
        "GetLiveBagTopBanner" GetLiveBagTopBannerResponse;
        "GetLiveBagPromotionBanner" GetLiveBagPromotionBannerResponse;
        "GetLiveBagCreatorShopInfo" GetLiveBagCreatorShopInfoResponse;
        "GetLiveRoomCommonInfo" GetLiveRoomCommonInfoResponse;
        "GetSurpriseSetDetail" GetSurpriseSetDetailResponse;
        "MGetFcpEcomComponent" MGetFcpEcomComponentResponse;
    }
}

/// A message after a TTHeader without keys.
fn headed(message: &[u8]) -> Vec<u8> {
    let head = [0x10, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0];
    let length = u32::try_from(head.len() + message.len()).unwrap();
    [&length.to_be_bytes()[..], &head, message].concat()
}

/// The answer to a message without a length prefix; the answer has the length `expected`.
async fn buffered(stack: &Stack, message: &[u8], expected: usize) -> Vec<u8> {
    let mut stream = TcpStream::connect(stack.addr).await.unwrap();
    stream.write_all(message).await.unwrap();
    let mut answer = vec![0; expected];
    stream.read_exact(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn the_bytes_of_an_answer_are_those_of_the_typed_encoding() {
    let stack = Stack::start().await;
    for method in all() {
        for (room, viewer) in ROOMS.into_iter().flat_map(|room| [GUEST, BUYER].map(|viewer| (room, viewer))) {
            let name = (method.name, room, viewer.user_id);
            let frame = frame_of(method.name, &method.request(room, viewer));
            // the first answer builds the bytes, the second reuses them
            let first = exchange(&stack, &frame).await;
            let framed = exchange(&stack, &frame).await;
            assert!(first == framed, "{name:?}: the cached answer differs");
            let (head, answer) = framed.split_at(4 + 4 + method.name.len() + 4 + 3);
            assert_eq!(head.get(head.len() - 3..), Some(&[12, 0, 0][..]), "{name:?}: no struct as field 0");
            assert!(typed(method, answer) == answer, "{name:?}: the typed encoding differs");

            let message = &frame[4..];
            assert!(buffered(&stack, message, framed.len()).await == framed, "{name:?}: buffered");
            for inner in [message, &frame] {
                let found = exchange(&stack, &headed(inner)).await;
                assert!(found.ends_with(&framed), "{name:?}: behind a TTHeader");
            }
        }
    }
}

#[tokio::test]
async fn memories_change_no_answer() {
    let (on, off) = (Stack::start().await, Setup::default().without_memories().start().await);
    for method in all() {
        for (room, viewer) in ROOMS.into_iter().flat_map(|room| [GUEST, BUYER].map(|viewer| (room, viewer))) {
            let frame = frame_of(method.name, &method.request(room, viewer));
            let fresh = exchange(&off, &frame).await;
            for turn in ["drawn", "remembered"] {
                assert!(exchange(&on, &frame).await == fresh, "{} {room} {}: {turn}", method.name, viewer.user_id);
            }
        }
    }
}
