//! Hostile bytes over real sockets, from callers to the whole service and from downstream services to it.

use std::{net::SocketAddr, time::Duration};

use live_pack_dal::Downstream;
use live_pack_idl::guard::Kind;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::timeout,
};

use crate::{
    ask::{code, room},
    serve::Serve,
    stack::{Setup, Stack, eventually},
};

// The writer of raw messages and the corpus are shared with the tests of the guard.
#[path = "../../idl/tests/guard/bytes.rs"]
mod bytes;
#[path = "../../idl/tests/guard/corpus.rs"]
mod corpus;

use bytes::{CALL, I64, LIST, REPLY, STRUCT, call as asking, framed, head, named, with_header, writer};

/// Long enough for a busy machine: only a hang exceeds it.
const MOMENT: Duration = Duration::from_secs(10);

/// A room without products: its answer takes little time.
const QUIET: i64 = 1002;

fn good() -> Vec<u8> {
    framed(&asking("GetLiveBagTab", &bytes::bag_request()))
}

/// Sends everything, closes the sending half, and reads to the end.
async fn told(addr: SocketAddr, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(addr).await.unwrap();
    // The server may have read enough and closed the connection: then writing or reading may fail.
    drop(stream.write_all(bytes).await);
    drop(stream.shutdown().await);
    let mut answer = Vec::new();
    drop(timeout(MOMENT, stream.read_to_end(&mut answer)).await.expect("the connection stays open"));
    answer
}

fn contains(answer: &[u8], part: &str) -> bool {
    answer.windows(part.len()).any(|window| window == part.as_bytes())
}

/// Asserts that nothing has panicked, and that only the client's connection is open.
async fn in_order(stack: &Stack) {
    assert_eq!(stack.counter("live_pack_requests_total", &[("code", "panic")]), 0);
    assert_eq!(stack.counter("live_pack_guard_refused_total", &[("kind", Kind::Decoder.name())]), 0);
    eventually(MOMENT, async || (stack.gauge("live_pack_connections") <= 1).then_some(())).await;
}

#[tokio::test]
async fn a_hostile_caller_gets_the_broken_rule_and_affects_no_other_caller() {
    let stack = Stack::start().await;
    let (mut refused, mut answered) = (0_u64, 0_u64);
    for hostile in corpus::requests() {
        let answer = told(stack.addr, &hostile.bytes).await;
        match hostile.refused {
            // A connection closed with unread bytes is reset, which may lose the exception.
            Some((_, part)) => {
                assert!(answer.is_empty() || contains(&answer, part), "{}: {answer:02x?}", hostile.name);
                answered += u64::from(!answer.is_empty());
                refused += 1;
            }
            None => assert!(answer.is_empty(), "{}: {answer:02x?}", hostile.name),
        }
        assert!(!contains(&answer, ".rs:") && !contains(&answer, "panicked"), "{}", hostile.name);
        stack.bag(room(QUIET)).await;
    }
    assert!(answered * 10 >= refused * 8, "only {answered} of {refused} got the reason");
    assert_eq!(stack.counter("live_pack_guard_refused_total", &[]), refused);
    in_order(&stack).await;
}

/// The next framed message.
async fn frame(stream: &mut TcpStream) -> Vec<u8> {
    let length = stream.read_u32().await.unwrap();
    let mut frame = vec![0; usize::try_from(length).unwrap()];
    stream.read_exact(&mut frame).await.unwrap();
    frame
}

async fn closes(stream: &mut TcpStream) -> bool {
    matches!(timeout(MOMENT, stream.read_u8()).await, Ok(Err(_)))
}

#[tokio::test]
async fn good_messages_are_answered_until_a_bad_one_ends_the_connection() {
    let stack = Stack::start().await;
    for hostile in corpus::requests().into_iter().filter(|hostile| hostile.refused.is_some()).step_by(9) {
        let mut stream = TcpStream::connect(stack.addr).await.unwrap();
        for _ in 0..2 {
            stream.write_all(&good()).await.unwrap();
            assert_eq!(frame(&mut stream).await[..4], [0x80, 1, 0, REPLY], "{}", hostile.name);
        }
        drop(stream.write_all(&hostile.bytes).await);
        // An exception may come first.
        let mut rest = Vec::new();
        drop(timeout(MOMENT, stream.read_to_end(&mut rest)).await.expect("the connection stays open"));
        assert!(!contains(&rest, "BaseResp"), "{}", hostile.name);
    }
    in_order(&stack).await;
}

#[tokio::test]
async fn an_exception_comes_in_the_transport_of_its_call_with_its_name_and_number() {
    let stack = Stack::start().await;
    let wrong = head(CALL, b"GetLiveBagTab", 77).field(STRUCT, 1).raw(&[0]).stop();
    let expected = head(3, b"GetLiveBagTab", 77).done();
    let cases = [
        ("framed", framed(&wrong), 4, 4),
        ("buffered", wrong.clone(), 0, 0),
        ("header, framed", with_header(&named(&[(b"a", b"b")]), &framed(&wrong)), 4, 0),
        ("header, unframed", with_header(&[], &wrong), 4, 0),
    ];
    for (name, bytes, length, at) in cases {
        let answer = told(stack.addr, &bytes).await;
        assert!(contains(&answer, "room: is mandatory and not there"), "{name}: {answer:02x?}");
        let found = answer.windows(expected.len()).position(|window| window == expected).expect(name);
        if name.starts_with("header") {
            assert_eq!(answer[4..6], [0x10, 0], "{name}");
        } else {
            assert_eq!(found, at, "{name}");
        }
        if length > 0 {
            let stated = u32::from_be_bytes(answer[..4].try_into().unwrap());
            assert_eq!(usize::try_from(stated).unwrap(), answer.len() - 4, "{name}");
        }
    }
}

#[tokio::test]
async fn callers_that_vanish_leave_nothing_behind() {
    let stack = Stack::start().await;
    let whole = good();
    for round in 0..200 {
        let mut stream = TcpStream::connect(stack.addr).await.unwrap();
        stream.write_all(&whole[..round % whole.len()]).await.unwrap();
    }
    stack.bag(room(QUIET)).await;
    in_order(&stack).await;
}

/// Resident memory of a process in KiB.
fn resident_kib(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// 200 frames of 1 MiB: a server that allocated the announced length would grow by 200 MiB.
#[test]
fn many_large_frames_that_are_only_announced_take_no_memory() {
    let serve = Serve::start();
    assert!(serve.answers());
    let before = resident_kib(serve.child.id());
    let announce = |_| {
        let mut stream = std::net::TcpStream::connect(&serve.thrift).unwrap();
        std::io::Write::write_all(&mut stream, &[0, 0x10, 0, 0, 0x80, 1, 0, 1]).unwrap();
        stream
    };
    let waiting: Vec<_> = (0..200).map(announce).collect();
    assert!(serve.answers());
    let grown = resident_kib(serve.child.id()).saturating_sub(before);
    assert!(grown < 32 * 1024, "{grown} KiB");
    drop(waiting);
    assert!(serve.answers());
}

#[tokio::test]
async fn a_message_at_the_limit_is_read_and_one_beyond_is_not() {
    let stack = Stack::start().await;
    let padded = |length: usize| {
        let around = asking("GetLiveBagTab", &bytes::bag_request()).len() + 8;
        let stuffing = writer().list(99, 3, i32::try_from(length - around).unwrap()).raw(&vec![1; length - around]);
        let request = bytes::room(stuffing).field(STRUCT, 2).raw(&[0]).stop();
        framed(&asking("GetLiveBagTab", &request))
    };
    let mut stream = TcpStream::connect(stack.addr).await.unwrap();
    stream.write_all(&padded(1 << 20)).await.unwrap();
    assert_eq!(frame(&mut stream).await[3], REPLY);
    drop(stream.write_all(&padded((1 << 20) + 1)).await);
    let mut rest = Vec::new();
    drop(timeout(MOMENT, stream.read_to_end(&mut rest)).await.unwrap());
    assert!(rest.is_empty() || contains(&rest, "1048576 bytes"), "{rest:02x?}");
    assert!(closes(&mut stream).await);
}

/// A downstream service that announces more elements than it sends.
async fn hostile_downstream() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    #[expect(clippy::disallowed_methods, reason = "a service that ends with its test")]
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut call = vec![0; 64 * 1024];
            let read = stream.read(&mut call).await.unwrap_or_default();
            let Some(at) = call[..read].windows(4).position(|window| window == [0x80, 1, 0, CALL]) else { continue };
            let length = usize::from(call[at + 7]);
            let (name, rest) = call[at + 8..read].split_at(length);
            let number = i32::from_be_bytes(rest[..4].try_into().unwrap());
            let result = writer().field(STRUCT, 0).field(LIST, 99).raw(&[I64]).int(i32::MAX).stop();
            drop(stream.write_all(&framed(&head(REPLY, name, number).raw(&result).done())).await);
        }
    });
    addr
}

#[tokio::test]
async fn a_hostile_downstream_is_a_bad_response_and_affects_no_other_part() {
    let mut noticed = 0;
    for downstream in Downstream::ALL {
        let stack = Setup::default().replace(downstream, hostile_downstream().await).start().await;
        let answer = stack.answer(room(1001)).await;
        let codes: Vec<_> = answer.degraded.iter().map(|degraded| degraded.code).chain([code(&answer)]).collect();
        assert!(codes.iter().all(|code| [0, 30_003].contains(code)), "{downstream}: {codes:?} {:?}", answer.degraded);
        noticed += usize::from(codes.contains(&30_003));
        let refused = stack.counter("live_pack_rpc_refused_total", &[("downstream", downstream.name())]);
        assert_eq!(refused > 0, codes.contains(&30_003), "{downstream}");
        assert_eq!(stack.counter("live_pack_requests_total", &[("code", "panic")]), 0, "{downstream}");
    }
    assert!(noticed >= 8, "only {noticed} services were called");
}
