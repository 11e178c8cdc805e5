//! Requests, and the duration of batches of them.

use std::{
    future::Future,
    hint::black_box,
    pin::Pin,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::runtime::Runtime;

/// A request that can be sent repeatedly.
pub(crate) type Request = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// A request that cannot move to a worker thread.
pub(crate) type Local = Box<dyn Fn() -> Pin<Box<dyn Future<Output = ()>>>>;

pub(crate) fn request<Fut: Future<Output = ()> + Send + 'static>(
    send: impl Fn() -> Fut + Send + Sync + 'static,
) -> Request {
    Arc::new(move || Box::pin(send()))
}

/// The body of every task, in the engine and by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Body {
    NeverWaits,
    Empty,
    Yields,
    Millisecond,
}

pub(crate) async fn work(body: Body, number: usize) -> u64 {
    match body {
        Body::NeverWaits | Body::Empty => {}
        Body::Yields => tokio::task::yield_now().await,
        Body::Millisecond => tokio::time::sleep(Duration::from_millis(1)).await,
    }
    black_box(number as u64)
}

/// Nanoseconds per request, over a batch of them on a worker thread.
pub(crate) fn batch(runtime: &Runtime, send: &Request, requests: u32) -> f64 {
    let send = Arc::clone(send);
    let measured = runtime.spawn(async move {
        let start = Instant::now();
        for _ in 0..requests {
            send().await;
        }
        start.elapsed()
    });
    runtime.block_on(measured).expect("it does not panic").as_secs_f64() * 1e9 / f64::from(requests)
}

/// The same on the thread of the benchmark.
pub(crate) fn local_batch(runtime: &Runtime, send: &Local, requests: u32) -> f64 {
    runtime.block_on(async {
        let start = Instant::now();
        for _ in 0..requests {
            send().await;
        }
        start.elapsed().as_secs_f64() * 1e9 / f64::from(requests)
    })
}
