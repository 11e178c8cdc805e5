//! Connections that cannot be opened, and those that break.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use futures_util::poll;
use live_pack_idl::guard::{self, Guard, services};
use tokio::net::TcpStream;
use volo_thrift::transport::pool;

use super::*;
use crate::{
    rpc::{To, dial::Dial, metrics::RpcMetrics},
    testing::black_hole,
};

/// A failed call with this connect timeout and this much time, and the time left afterwards.
async fn fail(address: SocketAddr, connect: u64, time: u64) -> (Error, std::time::Duration) {
    let mut settings = RpcSettings::at(|_| address);
    settings.connect_timeout = millis(connect);
    // boxed: it has handles of metrics for each method and route group
    let rpc = Box::new(Rpc::new(&settings, &prometheus::Registry::new()).unwrap());
    let call = call(millis(time));
    let error = rpc.product_price.prices(&call, &[1]).await.unwrap_err();
    (error, call.deadline.saturating_duration_since(Instant::now()))
}

#[tokio::test]
async fn a_call_is_retried_without_a_connection_or_after_it_broke() {
    let closing = listen(|stream| async move { drop(stream) }).await;
    let reading = listen(|mut stream| async move {
        let mut request = [0; 4096];
        drop(tokio::io::AsyncReadExt::read(&mut stream, &mut request).await);
    })
    .await;
    let hanging = listen(|stream| async move {
        std::future::pending::<()>().await;
        drop(stream);
    })
    .await;
    let failing = Prices::answering(|_, _| Err(ServerError::Biz(BizError::new(7, "no".into())))).serve().await;
    let (hole, _queue, _listener) = black_hole().await;
    let rows = [
        ("refused", closed().await, 500, ErrorKind::Unreachable, true),
        ("not connected in time", hole, 500, ErrorKind::Unreachable, true),
        ("closed at once", closing, 500, ErrorKind::Broken, true),
        ("closed after the question", reading, 500, ErrorKind::Broken, true),
        ("no answer", hanging, 40, ErrorKind::Timeout, false),
        ("no time", hanging, 1, ErrorKind::Timeout, false),
        ("an error", failing, 500, ErrorKind::Remote, false),
    ];
    for (what, address, time, kind, again) in rows {
        let (error, _) = fail(address, 50, time).await;
        assert_eq!((error.kind, error.kind.is_retried()), (kind, again), "{what}: {error}");
    }
    assert!(![ErrorKind::Key, ErrorKind::Open, ErrorKind::Saturated].into_iter().any(ErrorKind::is_retried));
}

#[tokio::test]
async fn connecting_ends_at_the_deadline_or_at_the_connect_timeout() {
    let (hole, _queue, _listener) = black_hole().await;
    tokio::time::pause();
    // the timer counts in milliseconds, rounded up
    let (error, left) = fail(hole, 60_000, 80).await;
    assert_eq!(error.kind, ErrorKind::Timeout, "{error}");
    assert!((millis(1)..=millis(2)).contains(&left), "at the deadline, less what is kept back: {left:?}");
    let (error, left) = fail(hole, 30, 80).await;
    assert_eq!(error.kind, ErrorKind::Unreachable, "{error}");
    assert!((millis(49)..=millis(50)).contains(&left), "when the settings say: {left:?}");
}

/// A price client for one address, without an idle connection of its own.
fn client(address: SocketAddr) -> wire::ProductPriceServiceClient {
    let metrics = RpcMetrics::register(&prometheus::Registry::new()).unwrap();
    let limits = guard::Limits::of_message(1 << 20);
    let guard = Guard::client(services::PRODUCT_PRICE, limits, metrics.refusals("product_price"));
    let pool = pool::Config::new(64, millis(15_000));
    let builder = wire::ProductPriceServiceClientBuilder::new("product_price");
    To { address, dial: Dial::default(), guard: &guard, pool: &pool }.tuned(builder).build()
}

async fn answered(client: &wire::ProductPriceServiceClient) -> bool {
    let request = wire::MGetProductPriceRequest { product_ids: vec![1], ..Default::default() };
    client.m_get_product_price(request).await.is_ok_and(|answer| answer.products.len() == 1)
}

#[tokio::test]
async fn an_abandoned_call_does_not_fail_another_one() {
    let client = client(Prices::by_id().serve().await);
    assert!(answered(&client).await, "there is an idle connection now");
    let mut holds = Box::pin(answered(&client));
    assert!(poll!(&mut holds).is_pending(), "it has the connection");
    let mut given_up = Box::pin(answered(&client));
    assert!(poll!(&mut given_up).is_pending(), "it has none");
    assert!(holds.await, "the connection is given back");
    let mut other = Box::pin(answered(&client));
    assert!(poll!(&mut other).is_pending());
    // what the pool noted down about this call must not be taken for the other one
    drop(given_up);
    assert!(other.await);
}

#[tokio::test]
async fn concurrent_calls_connect_once_each() {
    let accepted = Arc::new(AtomicUsize::new(0));
    let (behind, counter) = (Prices::by_id().serve().await, Arc::clone(&accepted));
    let front = listen(move |mut near| {
        counter.fetch_add(1, SeqCst);
        async move {
            let mut far = TcpStream::connect(behind).await.unwrap();
            drop(tokio::io::copy_bidirectional(&mut near, &mut far).await);
        }
    })
    .await;
    let client = client(front);
    assert!(answered(&client).await);
    for _ in 0..5 {
        let mut first = Box::pin(answered(&client));
        assert!(poll!(&mut first).is_pending(), "it has the idle connection");
        let mut second = Box::pin(answered(&client));
        assert!(poll!(&mut second).is_pending(), "it has another one, or begins to connect");
        // the connection of the first one is free before the second one looks again
        assert!(first.await && second.await);
    }
    assert_eq!(accepted.load(SeqCst), 2);
}
