//! What the engine costs beside code written by hand and beside other crates:
//! `cargo bench -p live-pack-engine --bench engine_overhead`, or `make bench`. The last result is in `engine/README.md`.
//!
//! Ratios come from one run: contestants take turns, batch by batch, so that whatever else the machine does hits all of
//! them, and the median batch of each is compared. Requests are measured where they are served, on a worker thread of a
//! runtime of two. An argument narrows the run to the parts whose name contains it: `-- features`.

#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    missing_docs,
    reason = "a benchmark may fail, and prints"
)]

mod by_hand;
mod contest;
mod crates;
mod engine;
mod features;
mod flows;
mod growth;
mod shapes;

use std::{
    future::Future,
    hint::black_box,
    pin::Pin,
    sync::Arc,
    time::{Duration, Instant},
};

use contest::Contest;
use shapes::shapes;
use tokio::runtime::Runtime;

/// A request, ready to be sent again and again.
pub(crate) type Request = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// A request that cannot move to a worker thread.
pub(crate) type Local = Box<dyn Fn() -> Pin<Box<dyn Future<Output = ()>>>>;

pub(crate) fn request<Fut: Future<Output = ()> + Send + 'static>(
    send: impl Fn() -> Fut + Send + Sync + 'static,
) -> Request {
    Arc::new(move || Box::pin(send()))
}

/// What the body of every task does, here and by hand.
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

/// Nanoseconds a request, over a batch of them on a worker thread.
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

/// The allocations of one request on a thread of its own, after two that warm up.
pub(crate) fn allocations(send: &Request) -> u64 {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    let run = || runtime.block_on(send());
    run();
    run();
    // less the box this benchmark puts each request in
    allocation_counter::measure(run).count_total.saturating_sub(1)
}

/// By shape: each contestant's time a request, and beside it the ratio to the first, which is a `JoinSet`.
fn shapes_beside_others(runtime: &Runtime, body: Body) {
    println!("\n## {body:?}: microseconds a request, and the ratio to `JoinSet`\n");
    let names = ["JoinSet", "join_all", "engine", "dagx", "dagrs", "async_dag"];
    println!("| shape | {} |\n|---|{}", names.join(" | "), "---|".repeat(names.len()));
    for shape in shapes() {
        let mut contest = Contest::default();
        contest.add(by_hand::join_set(&shape, body));
        contest.add(by_hand::join_all(&shape, body));
        contest.add(engine::request_of(&shape, body));
        contest.add(crates::dagx(&shape, body));
        contest.add(crates::dagrs(&shape, body));
        contest.add_local(crates::async_dag(&shape, body));
        let medians = contest.run(runtime);
        let cells = medians.iter().map(|ns| format!("{:.1} ({:.2})", ns / 1e3, ns / medians[0]));
        println!("| {} | {} |", shape.name, cells.collect::<Vec<_>>().join(" | "));
    }
}

fn in_place(runtime: &Runtime) {
    println!("\n## In place: nanoseconds a task that never waits, the engine's start and end shared out\n");
    println!(
        "| shape | tasks | ns a task | `async` bodies | allocations a request | of `async` bodies | of `JoinSet` |"
    );
    println!("|---|---|---|---|---|---|---|");
    for shape in shapes() {
        let mut contest = Contest::default();
        let (sync, ready) = (engine::request_of(&shape, Body::NeverWaits), engine::request_of(&shape, Body::Empty));
        contest.add(Arc::clone(&sync));
        contest.add(Arc::clone(&ready));
        let medians = contest.run(runtime);
        let tasks = shape.tasks();
        let by_hand = allocations(&by_hand::join_set(&shape, Body::Empty));
        println!(
            "| {} | {tasks} | {:.0} | {:.0} | {} | {} | {by_hand} |",
            shape.name,
            medians[0] / tasks as f64,
            medians[1] / tasks as f64,
            allocations(&sync),
            allocations(&ready),
        );
    }
}

fn main() {
    let wanted = std::env::args().skip(1).find(|arg| !arg.starts_with("--")).unwrap_or_default();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build();
    let runtime = runtime.expect("a runtime");
    let parts: [(&str, fn(&Runtime)); 7] = [
        ("in place", in_place),
        ("features", features::features),
        ("flows", flows::flows),
        ("growth", growth::growth),
        ("empty", |runtime| shapes_beside_others(runtime, Body::Empty)),
        ("yields", |runtime| shapes_beside_others(runtime, Body::Yields)),
        ("millisecond", |runtime| shapes_beside_others(runtime, Body::Millisecond)),
    ];
    for (_, part) in parts.into_iter().filter(|(name, _)| name.contains(&wanted)) {
        part(&runtime);
    }
}
