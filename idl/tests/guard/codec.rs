//! The codec on a connection: all transports, slow bytes, and remaining bytes.

use std::{
    cell::RefCell,
    io,
    pin::Pin,
    task::{Context, Poll},
};

use live_pack_idl::{
    guard::{Guard, Kind, Limits, services},
    live_pack::LivePackServiceRequestRecv,
};
use metainfo::{METAINFO, MetaInfo};
use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf, Ready};
use volo::net::ext::AsyncExt;
use volo_thrift::{
    ThriftException, ThriftMessage,
    codec::{Decoder as _, MakeCodec as _},
    context::{ServerContext, ThriftContext as _},
};

use super::{bytes::*, connection::Refused, corpus};

/// A connection that delivers its bytes in pieces of one size, then ends.
struct Dribble {
    bytes: Vec<u8>,
    at: usize,
    piece: usize,
}

impl AsyncRead for Dribble {
    fn poll_read(mut self: Pin<&mut Self>, _: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let end = self.bytes.len().min(self.at + self.piece.min(buf.remaining()));
        buf.put_slice(&self.bytes[self.at..end]);
        self.at = end;
        Poll::Ready(Ok(()))
    }
}

/// Takes everything.
struct Nowhere;

impl AsyncWrite for Nowhere {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

impl AsyncExt for Nowhere {
    async fn ready(&self, _: Interest) -> io::Result<Ready> {
        Ok(Ready::EMPTY)
    }
}

/// The outcome of a message: the method and sequence number if it was decoded, or the exception for the peer.
type Outcome = Result<Option<(String, i32)>, ThriftException>;

/// All messages on a connection up to the first failure, and the counted refusals.
fn read(bytes: Vec<u8>, piece: usize) -> (Vec<Outcome>, Vec<Kind>) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let refused = Refused::new();
    let guard = Guard::server(services::LIVE_PACK, Limits::of_message(1 << 20), refused.clone());
    let (_, mut decoder) = guard.make_codec(Dribble { bytes, at: 0, piece }, Nowhere);
    let outcomes = runtime.block_on(METAINFO.scope(RefCell::new(MetaInfo::default()), async {
        let mut outcomes = Vec::new();
        loop {
            let mut cx = ServerContext::default();
            let decoded: Result<Option<ThriftMessage<LivePackServiceRequestRecv>>, _> = decoder.decode(&mut cx).await;
            let outcome = decoded.map(|message| message.map(|_| (cx.rpc_info.method().to_string(), cx.seq_id())));
            let over = !matches!(outcome, Ok(Some(_)));
            outcomes.push(outcome);
            if over {
                return outcomes;
            }
        }
    }));
    (outcomes, refused.kinds())
}

#[test]
fn every_transport_is_read_in_pieces_of_any_size() {
    let message = call("GetLiveBagData", &bag_request());
    let transports = [
        ("framed", framed(&message)),
        ("buffered", message.clone()),
        ("header, framed", with_header(&named(&[(b"a", b"b")]), &framed(&message))),
        ("header, unframed", with_header(&[], &message)),
    ];
    for (name, bytes) in &transports {
        for piece in [1, 2, 3, 7, 64, 4096] {
            // Three in a row: what follows a message must be left for the next.
            let (outcomes, refused) = read(bytes.repeat(3), piece);
            let found: Vec<_> = outcomes.into_iter().map(Result::unwrap).collect();
            let one = Some(("GetLiveBagData".to_owned(), 1));
            assert_eq!(found, [one.clone(), one.clone(), one, None], "{name} by {piece}");
            assert_eq!(refused, [], "{name}");
        }
    }
    let (mixed, _) = read(transports.iter().flat_map(|(_, bytes)| bytes.clone()).collect(), 5);
    assert_eq!(mixed.len(), 5);
}

#[test]
fn the_envelope_of_a_checked_call_is_read_and_a_number_found_by_its_path() {
    let fields = |request: Writer| {
        // what must be passed on the way: of all shapes, some unknown to the IDL
        let request = request.list(40, STRUCT, 2).raw(&[TEXT, 0, 1]).text(b"x").raw(&[0, 0]);
        let request = request.list(41, I32, 2).int(1).int(2).map(42, TEXT, I64, 1).text(b"k").long(9);
        room(request.field(BOOL, 43).raw(&[1]).map(44, I32, I8, 0).list(45, TEXT, 1).text(b"y"))
    };
    let user =
        |request: Writer| request.field(STRUCT, 2).field(TEXT, 2).text(b"device").field(I64, 1).long(-7).raw(&[0]);
    let message = call("GetLiveBagData", &user(fields(writer())).stop());
    let transports = [
        (framed(&message), false, true),
        (message.clone(), false, false),
        (with_header(&named(&[(b"a", b"b")]), &framed(&message)), true, true),
        (with_header(&[], &message), true, false),
    ];
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    for (bytes, header, framed) in transports {
        let guard = Guard::server(services::LIVE_PACK, Limits::of_message(1 << 20), Refused::new());
        let (_, mut decoder) = guard.make_codec(Dribble { bytes, at: 0, piece: 4096 }, Nowhere);
        let checked = runtime.block_on(decoder.next(&mut ServerContext::default())).unwrap().unwrap();
        let call = checked.call().unwrap();
        assert_eq!((call.header, call.framed, call.method, call.sequence), (header, framed, "GetLiveBagData", 1));
        assert_eq!(call.i64_at(&[1, 2, 1]), Some(-7));
        assert_eq!(call.i64_at(&[1, 1, 1]), Some(1001));
        for (what, path) in [("a field that is not there", &[1, 9][..]), ("a text", &[1, 2, 2]), ("no path", &[])] {
            assert_eq!(call.i64_at(path), None, "{what}");
        }
    }
}

#[test]
fn every_hostile_request_is_refused_with_its_rule_and_counted_by_kind() {
    for hostile in corpus::requests() {
        for piece in [1, 4096] {
            let (mut outcomes, refused) = read(hostile.bytes.clone(), piece);
            let (last, name) = (outcomes.pop().unwrap(), hostile.name);
            assert!(outcomes.is_empty(), "{name} was read");
            match hostile.refused {
                Some((kind, part)) => {
                    let told = last.expect_err(name).to_string();
                    assert!(told.contains(part), "{name}: {told} has no {part:?}");
                    assert!(!told.contains(".rs") && told.len() < 300, "{name}: {told}");
                    assert_eq!(refused, [kind], "{name}");
                }
                None => assert!(matches!(last, Err(ThriftException::Transport(_))), "{name}: {last:?}"),
            }
        }
    }
}

#[test]
fn an_unknown_method_is_named_and_is_not_a_refusal() {
    for bytes in [framed(&call("GetNothing", &[0])), call("GetNothing", &[0])] {
        let (outcomes, refused) = read(bytes, 4096);
        let error = outcomes[0].as_ref().unwrap_err().to_string();
        assert!(error.contains("unknown method GetNothing"), "{error}");
        assert_eq!(refused, []);
    }
}

#[test]
fn a_buffered_message_without_end_stops_at_the_limit() {
    let endless = head(CALL, b"GetLiveBagData", 1).field(STRUCT, 1).field(TEXT, 99).int(1 << 20).raw(&[b'x'; 1 << 20]);
    let (outcomes, refused) = read(endless.stop(), 4096);
    assert!(outcomes[0].is_err());
    assert_eq!(refused, [Kind::Length]);
}

#[test]
fn a_connection_with_unexpected_bytes_is_not_reused() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    for (rest, closed) in [(0, false), (1, true)] {
        let bytes = [framed(&call("GetLiveBagData", &bag_request())), vec![0; rest]].concat();
        let guard = Guard::server(services::LIVE_PACK, Limits::of_message(1 << 20), Refused::new());
        let (_, mut decoder) = guard.make_codec(Dribble { bytes, at: 0, piece: 4096 }, Nowhere);
        runtime.block_on(async {
            let mut cx = ServerContext::default();
            decoder.decode::<LivePackServiceRequestRecv, _>(&mut cx).await.unwrap().unwrap();
            assert_eq!(decoder.is_closed().await, closed);
        });
    }
}
