//! Allocations per request, beside handwritten code and other crates: `cargo bench -p live-pack-engine --bench
//! engine_allocations`, or `make bench`. The shapes are those of `engine_overhead`; counting needs its own allocator,
//! so it is a separate benchmark.

#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    dead_code,
    missing_docs,
    reason = "a benchmark may fail, prints, and has no use for all of what it shares"
)]

#[path = "engine_overhead/by_hand.rs"]
mod by_hand;
#[path = "engine_overhead/contest.rs"]
mod contest;
#[path = "engine_overhead/crates.rs"]
mod crates;
#[path = "engine_overhead/engine.rs"]
mod engine;
#[path = "engine_overhead/flows.rs"]
mod flows;
#[path = "engine_overhead/request.rs"]
mod request;
#[path = "engine_overhead/shapes.rs"]
mod shapes;

use request::{Body, Local, Request, batch, local_batch, request, work};
use tokio::runtime::Runtime;

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime")
}

/// The allocations of one request, after two that warm up.
fn allocations(run: impl Fn()) -> u64 {
    run();
    run();
    // less the box that this benchmark allocates per request
    allocation_counter::measure(&run).count_total.saturating_sub(1)
}

fn of(send: &Request) -> u64 {
    let runtime = runtime();
    allocations(|| runtime.block_on(send()))
}

fn of_local(send: &Local) -> u64 {
    let runtime = runtime();
    allocations(|| runtime.block_on(send()))
}

fn main() {
    println!("\n## Allocations a request; bodies that are ready at once, and in brackets that yield\n");
    println!(
        "| shape | tasks | `WAITS = false` | `Task` | `JoinSet` | dagx | dagrs | async_dag |\n|---|---|---|---|---|---|---|---|"
    );
    for shape in shapes::shapes() {
        let both = |count: &dyn Fn(Body) -> u64| format!("{} ({})", count(Body::Empty), count(Body::Yields));
        println!(
            "| {} | {} | {} | {} | {} | {} | {} | {} |",
            shape.name,
            shape.tasks(),
            of(&engine::request_of(&shape, Body::NeverWaits)),
            both(&|body| of(&engine::request_of(&shape, body))),
            both(&|body| of(&by_hand::join_set(&shape, body))),
            both(&|body| of(&crates::dagx(&shape, body))),
            both(&|body| of(&crates::dagrs(&shape, body))),
            both(&|body| of_local(&crates::async_dag(&shape, body))),
        );
    }
    println!("\n| | flow | by hand |\n|---|---|---|");
    for (name, body) in [("fork, ready at once", Body::Empty), ("fork, yields once", Body::Yields)] {
        println!("| {name} | {} | {} |", of(&flows::fork(body)), of(&flows::try_join(body)));
    }
    println!("| four steps that never wait | {} | |", of(&flows::sequence()));
}
