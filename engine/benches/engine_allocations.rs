//! Allocations per request, compared with handwritten code and other crates: `cargo bench -p live-pack-engine --bench
//! engine_allocations`, or `make bench`. The shapes are those of `engine_overhead`; this is a separate benchmark because
//! counting needs its own allocator.

#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    dead_code,
    missing_docs,
    reason = "a benchmark may panic and print, and does not use all shared code"
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

/// The allocations of one request, after two warm-up requests.
fn allocations(run: impl Fn()) -> u64 {
    run();
    run();
    // minus the box that this benchmark allocates per request
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
    println!("\n## Allocations per request; bodies that are ready at once (in brackets: that yield)\n");
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
