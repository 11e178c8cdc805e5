//! The cap on the buffers of all connections: never exceeded, released, and no obstacle to small messages.

use std::sync::Arc;

use live_pack_idl::{
    guard::{Guard, Kind, Limits, Pool, services},
    live_pack::LivePackServiceRequestRecv,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream},
    task::JoinSet,
};
use volo_thrift::{codec::Decoder as _, context::ServerContext};

use super::{
    bytes::*,
    connection::{self, Refused},
};

/// Size up to which a buffer is free.
const FREE: usize = 2048;

/// A call of about this many bytes.
fn large(bytes: usize) -> Vec<u8> {
    let request = room(writer()).field(STRUCT, 2).raw(&[0]).field(TEXT, 99).text(&vec![b'x'; bytes]);
    call("GetLiveBagData", &request.stop())
}

fn guard(pool: &Pool) -> (Guard, Arc<Refused>) {
    let refused = Refused::new();
    let guard = Guard::server(services::LIVE_PACK, Limits::of_message(1 << 20), refused.clone());
    (guard.with_pool(pool.clone()), refused)
}

/// Runs every task that is ready.
async fn settle() {
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
}

/// All of an answer that comes framed.
async fn answer(peer: &mut DuplexStream) -> Vec<u8> {
    let length = peer.read_u32().await.unwrap();
    let mut bytes = vec![0; length.try_into().unwrap()];
    peer.read_exact(&mut bytes).await.unwrap();
    bytes
}

#[test]
fn half_sent_messages_never_hold_more_than_the_pool() {
    let transports: [(&str, Vec<u8>); 3] = [
        ("framed", framed(&large(100_000))),
        ("buffered", large(100_000)),
        ("header", with_header(&named(&[(b"k", b"v")]), &framed(&large(100_000)))),
    ];
    for (name, message) in transports {
        connection::run(async {
            let pool = Pool::new(100 * 1024);
            let (guard, refused) = guard(&pool);
            let mut serving = JoinSet::new();
            let mut peers = Vec::new();
            for _ in 0..40 {
                let (peer, serve) = connection::serve(&guard, 1 << 20, 10);
                serving.spawn(serve);
                peers.push(peer);
            }
            let mut highest = 0;
            for piece in message[..20_000].chunks(1_000) {
                for peer in &mut peers {
                    // the connection of a refused peer is closed
                    let _ = peer.write_all(piece).await;
                    settle().await;
                    highest = highest.max(pool.used());
                    assert!(pool.used() <= pool.limit(), "{name}: {}", pool.used());
                }
            }
            assert!(highest > pool.limit() / 2, "{name}: {highest}");
            let kinds = refused.kinds();
            assert!(!kinds.is_empty() && kinds.iter().all(|kind| *kind == Kind::Pool), "{name}: {kinds:?}");
            serving.shutdown().await;
            assert_eq!(pool.used(), 0, "{name}");
        });
    }
}

#[test]
fn small_messages_pass_while_large_ones_hold_everything() {
    connection::run(async {
        let pool = Pool::new(10 * 1024);
        let (guard, refused) = guard(&pool);
        let mut serving = JoinSet::new();
        let message = framed(&large(10 * 1024 + FREE - 200));
        let (mut slow, serve) = connection::serve(&guard, 1 << 20, 10);
        serving.spawn(serve);
        slow.write_all(&message[..message.len() - 1]).await.unwrap();
        settle().await;
        let held = pool.used();
        assert!(held > pool.limit() - 1024, "{held}");
        // as large as may be: the length in front and 2,044 bytes after it
        let mut small = framed(&large(0));
        small = framed(&large(FREE - small.len()));
        assert_eq!(small.len(), FREE);
        let (mut quick, serve) = connection::serve(&guard, 1 << 20, 1_500);
        serving.spawn(serve);
        for _ in 0..3 {
            quick.write_all(&small).await.unwrap();
            assert!(answer(&mut quick).await.len() > 1_500);
            assert_eq!(pool.used(), held);
        }
        // a larger one is too much, and the caller can read why
        quick.write_all(&framed(&large(2 * FREE))).await.unwrap();
        let told = String::from_utf8_lossy(&answer(&mut quick).await).into_owned();
        assert!(told.contains("GetLiveBagData") && told.contains("try again"), "{told}");
        assert_eq!((quick.read(&mut [0]).await.unwrap(), refused.kinds()), (0, vec![Kind::Pool]));
        slow.write_all(&message[message.len() - 1..]).await.unwrap();
        assert!(answer(&mut slow).await.len() > 10);
        settle().await;
        assert_eq!(pool.used(), 0, "the answer is out");
    });
}

#[test]
fn a_message_is_held_until_it_is_answered() {
    for message in [framed(&large(50_000)), large(50_000)] {
        connection::run(async {
            let pool = Pool::new(1 << 20);
            let (guard, _) = guard(&pool);
            let (mut peer, (_encoder, mut decoder)) = connection::open(&guard, 1 << 20);
            let mut cx = ServerContext::default();
            peer.write_all(&message).await.unwrap();
            let decoded = decoder.decode::<LivePackServiceRequestRecv, _>(&mut cx).await.unwrap();
            drop(decoded);
            let held = pool.used();
            assert!(held >= message.len() - FREE && held < 2 * message.len(), "{held}");
            // a small one behind it, cut in two
            let small = framed(&call("GetLiveBagData", &bag_request()));
            let (first, second) = small.split_at(20);
            peer.write_all(first).await.unwrap();
            {
                let next = decoder.decode::<LivePackServiceRequestRecv, _>(&mut cx);
                tokio::select! {
                    biased;
                    _ = next => panic!("half a message was decoded"),
                    () = settle() => {}
                }
            }
            assert_eq!(pool.used(), 0);
            peer.write_all(&[second, &message].concat()).await.unwrap();
            for _ in 0..2 {
                decoder.decode::<LivePackServiceRequestRecv, _>(&mut cx).await.unwrap().unwrap();
            }
            assert!(pool.used() > 40_000);
            drop(decoder);
            assert_eq!(pool.used(), 0);
        });
    }
}

#[test]
fn an_answer_is_held_until_it_is_read_and_one_too_many_closes_its_connection() {
    connection::run(async {
        let pool = Pool::new(150_000);
        let (guard, refused) = guard(&pool);
        let small = framed(&call("GetLiveBagData", &bag_request()));
        let mut serving = JoinSet::new();
        let mut connect = || {
            let (peer, serve) = connection::serve(&guard, 4_096, 100_000);
            serving.spawn(serve);
            peer
        };
        let (mut one, mut other) = (connect(), connect());
        one.write_all(&small).await.unwrap();
        settle().await;
        let held = pool.used();
        assert!((100_000 - FREE..101_000).contains(&held), "{held}");
        other.write_all(&small).await.unwrap();
        settle().await;
        assert_eq!(refused.kinds(), [Kind::Pool]);
        assert_eq!((other.read(&mut [0]).await.unwrap(), pool.used()), (0, held));
        assert!(answer(&mut one).await.len() > 100_000);
        settle().await;
        assert_eq!(pool.used(), 0);
        // a peer that goes instead of reading
        one.write_all(&small).await.unwrap();
        settle().await;
        assert_eq!(pool.used(), held);
        drop(one);
        settle().await;
        assert_eq!(pool.used(), 0);
    });
}
