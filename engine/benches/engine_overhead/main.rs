//! Cost of the engine compared with handwritten code and other crates: `cargo bench -p live-pack-engine --bench
//! engine_overhead`, or `make bench`. The last result is in `engine/README.md`.
//!
//! Ratios come from one run: contestants take turns, batch by batch, so that disturbances affect all of them, and the
//! median batch of each is compared. Requests are measured as they are served: on a worker thread of a runtime with
//! two workers, with the server's allocator. An argument limits the run to the parts whose name contains it: `--
//! features`.

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
mod request;
mod shapes;

use contest::Contest;
use request::{Body, Local, Request, batch, local_batch, request, work};
use shapes::shapes;
use tokio::runtime::Runtime;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// By shape: each contestant's time per request, and its ratio to the first contestant, `JoinSet`.
fn shapes_beside_others(runtime: &Runtime, body: Body) {
    println!("\n## {body:?}: microseconds per request, and the ratio to `JoinSet`\n");
    let names = ["JoinSet", "join_all", "engine", "engine, in place", "dagx", "dagrs", "async_dag"];
    println!("| shape | {} |\n|---|{}", names.join(" | "), "---|".repeat(names.len()));
    for shape in shapes() {
        let mut contest = Contest::default();
        contest.add(by_hand::join_set(&shape, body));
        contest.add(by_hand::join_all(&shape, body));
        contest.add(engine::request_of(&shape, body));
        contest.add(engine::in_place(&shape, body));
        contest.add(crates::dagx(&shape, body));
        contest.add(crates::dagrs(&shape, body));
        contest.add_local(crates::async_dag(&shape, body));
        let medians = contest.run(runtime);
        let cells = medians.iter().map(|ns| format!("{:.1} ({:.2})", ns / 1e3, ns / medians[0]));
        println!("| {} | {} |", shape.name, cells.collect::<Vec<_>>().join(" | "));
    }
}

fn in_place(runtime: &Runtime) {
    println!("\n## In place: nanoseconds per task that never waits, with its share of start and end\n");
    println!("| shape | tasks | `WAITS = false` | `Task` |\n|---|---|---|---|");
    for shape in shapes() {
        let mut contest = Contest::default();
        contest.add(engine::request_of(&shape, Body::NeverWaits));
        contest.add(engine::request_of(&shape, Body::Empty));
        let (medians, tasks) = (contest.run(runtime), shape.tasks() as f64);
        println!("| {} | {tasks} | {:.0} | {:.0} |", shape.name, medians[0] / tasks, medians[1] / tasks);
    }
}

/// A part of the run, with its name.
type Part = (&'static str, fn(&Runtime));

fn main() {
    let wanted = std::env::args().skip(1).find(|arg| !arg.starts_with("--")).unwrap_or_default();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build();
    let runtime = runtime.expect("a runtime");
    let parts: [Part; 7] = [
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
