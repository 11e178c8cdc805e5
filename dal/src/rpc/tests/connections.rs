//! Connections that cannot be opened, and those that break.

use super::*;
use crate::testing::black_hole;

/// A failed call with this connect timeout and this much time, and the time left afterwards.
async fn fail(address: SocketAddr, connect: u64, time: u64) -> (Error, std::time::Duration) {
    let mut settings = RpcSettings::at(|_| address);
    settings.connect_timeout = millis(connect);
    let rpc = Rpc::new(&settings, &prometheus::Registry::new()).unwrap();
    let call = call(millis(time));
    let error = rpc.product_price.prices(&call, &[1]).await.unwrap_err();
    (error, call.deadline.saturating_duration_since(Instant::now()))
}

#[tokio::test]
async fn a_question_may_be_put_again_where_none_of_it_was_sent() {
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
        ("closed at once", closing, 500, ErrorKind::Broken, false),
        ("closed after the question", reading, 500, ErrorKind::Broken, false),
        ("no answer", hanging, 40, ErrorKind::Timeout, false),
        ("no time", hanging, 1, ErrorKind::Timeout, false),
        ("an error", failing, 500, ErrorKind::Remote, false),
    ];
    for (what, address, time, kind, safe) in rows {
        let (error, _) = fail(address, 50, time).await;
        assert_eq!((error.kind, error.is_retry_safe()), (kind, safe), "{what}: {error}");
    }
    let key = Error::key(Downstream::ProductPrice, "MGetProductPrice");
    assert!(!key.is_retry_safe());
}

#[tokio::test]
async fn connecting_ends_with_the_deadline_or_sooner_where_the_settings_say_so() {
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
