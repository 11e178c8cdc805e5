//! Whether cost grows linearly with tasks and edges.

use tokio::runtime::Runtime;

use crate::{Body, contest::Contest, engine, shapes::Shape};

pub(crate) fn growth(runtime: &Runtime) {
    println!("\n## Growth: nanoseconds per task that never waits\n");
    println!("| tasks | chain | independent |\n|---|---|---|");
    let mut contest = Contest::default();
    let sizes = [10, 32, 100, 316, 1_000];
    for size in sizes {
        contest.add(engine::request_of(&Shape::chain(size), Body::NeverWaits));
        contest.add(engine::request_of(&Shape::independent(size), Body::NeverWaits));
    }
    for (size, medians) in sizes.into_iter().zip(contest.run(runtime).chunks(2)) {
        println!("| {size} | {:.0} | {:.0} |", medians[0] / size as f64, medians[1] / size as f64);
    }
}
