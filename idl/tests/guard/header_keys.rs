//! The keys of a TTHeader that are kept, on each side, and volo's use of them.

use live_pack_idl::{
    guard::{Guard, HeaderKey, Limits, Reader, Service, Side, check, cut_header, services},
    live_pack::{LivePackServiceRequestRecv, LivePackServiceResponseRecv},
    product_price::ProductPriceServiceRequestRecv,
};
use metainfo::{Backward as _, Forward as _, METAINFO};
use pilota::thrift::TMessageType;
use proptest::prelude::*;
use tokio::io::AsyncWriteExt as _;
use volo::context::{Context as _, Role, RpcInfo};
use volo_thrift::{
    EntryMessage,
    codec::Decoder as _,
    context::{ClientContext, ServerContext, ThriftContext},
};

use super::{
    bytes::*,
    connection::{self, Refused},
    headers::{self, Entry, KEYS},
    targets::LIMITS,
    values::Dice,
};

const METHOD: &str = "GetLiveBagData";

/// Each reader with its service and side.
const SIDES: [(Reader, &Service, Side<'static>); 3] = [
    (Reader::LivePack, services::LIVE_PACK, Side::Server),
    (Reader::Downstream, services::PRODUCT_PRICE, Side::Server),
    (Reader::Client, services::LIVE_PACK, Side::Client(METHOD)),
];

/// Keys that callers send and downstream services get.
const PASSED_ON: [HeaderKey; 4] = [
    HeaderKey::Text("RPC_TRANSIT_LP_LANE"),
    HeaderKey::Text("RPC_TRANSIT_traceparent"),
    HeaderKey::Text("RPC_TRANSIT_tracestate"),
    HeaderKey::Text("RPC_PERSIST_RetryReq"),
];

/// A good message for that reader.
fn message(reader: Reader) -> Vec<u8> {
    framed(&match reader {
        Reader::LivePack => call(METHOD, &bag_request()),
        Reader::Downstream => call("MGetProductPrice", &writer().list(1, I64, 1).long(1).stop()),
        Reader::Client => reply(METHOD, 1, &writer().field(STRUCT, 255).raw(&[0]).stop()),
    })
}

fn numbered(entries: &[(u16, &[u8])]) -> Vec<u8> {
    let start = writer().raw(&[0x10]).raw(&u16::try_from(entries.len()).unwrap().to_be_bytes());
    let one = |block: Writer, (key, value): &(u16, &[u8])| {
        block.raw(&key.to_be_bytes()).raw(&u16::try_from(value.len()).unwrap().to_be_bytes()).raw(value)
    };
    entries.iter().fold(start, one).done()
}

#[test]
fn each_reader_gets_its_keys_and_no_other() {
    use HeaderKey::{Number, Text};
    for (reader, service, side) in SIDES {
        let through: Vec<_> = match reader {
            Reader::LivePack => [&[Number(3), Number(12)], &PASSED_ON[..]].concat(),
            Reader::Downstream => {
                let ours = [Text("RPC_TRANSIT_LP_ROUTE_GROUP"), Text("RPC_TRANSIT_LP_LOG_ID")];
                [&[Number(3), Number(12)], &ours[..], &PASSED_ON].concat()
            }
            Reader::Client => vec![Text("crrst"), Text("biz-status"), Text("biz-message")],
        };
        let keys = (0..200).map(Number).chain(KEYS.map(Text));
        for key in keys {
            let (block, entry) = match key {
                Number(key) => (numbered(&[(key, b"v")]), Entry::Number(key, b"v".to_vec())),
                Text(key) => (named(&[(key.as_bytes(), b"v")]), Entry::Text(key.as_bytes().to_vec(), b"v".to_vec())),
            };
            let mut bytes = with_header(&block, &message(reader));
            cut_header(service, side, &mut bytes);
            let found = headers::entries(&bytes);
            assert_eq!(found, if through.contains(&key) { vec![entry] } else { vec![] }, "{reader:?} {key:?}");
        }
        let mut bytes = with_header(&[0x11, 0, 2, b'o', b'k'], &message(reader));
        cut_header(service, side, &mut bytes);
        assert_eq!(headers::entries(&bytes), [], "{reader:?} gets a token");
    }
}

/// Every key that volo knows, and some unknown ones.
fn everything() -> Vec<u8> {
    let texts = named(&[
        (b"rip", b"10.9.8.7:65"),
        (b"isn", b"Other"),
        (b"RPC_PERSIST_A", b"a"),
        (b"RPC_TRANSIT_B", b"b"),
        (b"RPC_TRANSIT_LP_ROUTE_GROUP", b"SEA"),
        (b"RPC_BACKWARD_C", b"c"),
        (b"biz-status", b"7"),
        (b"biz-message", b"no"),
        (b"biz-extra", b"{\"a\":\"b\"}"),
        (b"crrst", b"1"),
        (b"gdpr-token", b"t"),
    ]);
    let numbers = [(3, &b"mesh"[..]), (6, b"pack"), (9, b"Other"), (11, b"1.2.3.4:5"), (12, b"250"), (99, b"?")];
    [texts, vec![0x11, 0, 1, b't'], numbered(&numbers)].concat()
}

async fn read<M: EntryMessage, Cx: ThriftContext>(guard: Guard, reader: Reader, cx: &mut Cx) {
    let (mut peer, (_encoder, mut decoder)) = connection::open(&guard, 4096);
    peer.write_all(&with_header(&everything(), &message(reader))).await.unwrap();
    decoder.decode::<M, _>(cx).await.unwrap().unwrap();
}

#[test]
fn volo_receives_no_key_outside_the_table() {
    for reader in [Reader::LivePack, Reader::Downstream] {
        connection::run(async {
            let mut cx = ServerContext::default();
            let limits = Limits::of_message(1 << 20);
            if reader == Reader::LivePack {
                let guard = Guard::server(services::LIVE_PACK, limits, Refused::new());
                read::<LivePackServiceRequestRecv, _>(guard, reader, &mut cx).await;
            } else {
                let guard = Guard::server(services::PRODUCT_PRICE, limits, Refused::new());
                read::<ProductPriceServiceRequestRecv, _>(guard, reader, &mut cx).await;
            }
            let rpc = cx.rpc_info();
            assert_eq!((rpc.caller().service_name().as_str(), rpc.caller().address()), ("mesh", None));
            assert_eq!((rpc.callee().service_name().as_str(), rpc.callee().address()), ("", None));
            assert_eq!(rpc.config().rpc_timeout().map(|time| time.as_millis()), Some(250));
            assert!(!cx.transport.is_conn_reset() && cx.stats().biz_error().is_none());
            METAINFO.with(|info| {
                let info = info.borrow();
                assert_eq!(info.get_all_persistents(), None);
                let group = (reader == Reader::Downstream).then(|| "SEA".into());
                assert_eq!(info.get_all_upstreams().map_or(0, |all| all.len()), usize::from(group.is_some()));
                assert_eq!(info.get_upstream("LP_ROUTE_GROUP"), group);
            });
        });
    }
    connection::run(async {
        let mut cx = ClientContext::new(1, RpcInfo::with_role(Role::Client), TMessageType::Call);
        cx.rpc_info_mut().set_method(METHOD.into());
        cx.transport.set_reuse(true);
        let guard = Guard::client(services::LIVE_PACK, Limits::of_message(1 << 20), Refused::new());
        read::<LivePackServiceResponseRecv, _>(guard, Reader::Client, &mut cx).await;
        assert_eq!(cx.rpc_info().callee().address(), None);
        assert!(!cx.transport.should_reuse);
        let failure = cx.stats().biz_error().clone().unwrap();
        assert_eq!((failure.status_code, failure.status_message.as_str(), failure.extra), (7, "no", None));
        METAINFO.with(|info| {
            let info = info.borrow();
            assert_eq!((info.get_all_backward_downstreams(), info.get_all_upstreams()), (None, None));
        });
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_remaining_keys_are_in_order_and_allowed(seed in any::<u64>(), which in 0..3_usize) {
        let (reader, service, side) = SIDES[which];
        let before = with_header(&headers::blocks(&mut Dice::new(seed)), &message(reader));
        prop_assume!(check(service, side, &LIMITS, &before).is_ok());
        let mut after = before.clone();
        cut_header(service, side, &mut after);
        check(service, side, &LIMITS, &after).unwrap();
        let allowed: Vec<_> = headers::entries(&before).into_iter().filter(|entry| entry.gets_through(reader)).collect();
        assert_eq!(headers::entries(&after), allowed);
        // the bytes after the header are unchanged
        let end = 14 + 4 * usize::from(u16::from_be_bytes([before[12], before[13]]));
        assert_eq!((&before[..16], &before[end..]), (&after[..16], &after[end..]));
        let once = after.clone();
        cut_header(service, side, &mut after);
        assert_eq!(once, after);
    }

    #[test]
    fn cutting_unchecked_headers_is_safe(bytes in proptest::collection::vec(any::<u8>(), 0..200), which in 0..3_usize) {
        let (_, service, side) = SIDES[which];
        let mut framed = [&[0, 0, 0, 0, 0x10, 0, 0, 0, 0, 0, 0, 0][..], &bytes].concat();
        let length = framed.len();
        cut_header(service, side, &mut framed);
        assert_eq!(framed.len(), length);
    }
}
