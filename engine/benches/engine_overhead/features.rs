//! Cost of each feature.
//!
//! Record, deadline and panic guard are not optional, so each is measured in isolation, as often as the engine uses
//! it. Optional features (hooks, shedding, roll-outs, timeouts, a span) are measured with and without.

use std::{
    hint::black_box,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::{Duration, Instant},
};

use live_pack_engine::{Hook, Importance, PlanConf, Pressure, Rollout, ShedPolicy, Shedding, TaskConf};
use tokio::runtime::Runtime;
use tracing::Instrument as _;

use crate::{
    Body, batch,
    contest::Contest,
    engine::{self, Bench},
    request,
    shapes::Shape,
};

const TASKS: usize = 32;

struct Silent;

impl Hook<Bench> for Silent {}

fn all_tasks(conf: &TaskConf) -> PlanConf {
    let tasks = (0..TASKS).map(|number| (format!("t{number}"), conf.clone())).collect();
    PlanConf { tasks, ..engine::conf(&Shape::independent(TASKS)) }
}

pub(crate) fn features(runtime: &Runtime) {
    println!("\n## Cost of each feature: nanoseconds per task, with {TASKS} independent tasks\n");
    println!("| feature | that never wait | that yield once |\n|---|---|---|");
    let pressure = Shedding { policy: ShedPolicy::default(), pressure: Arc::new(Pressure::new()) };
    let nobody_left_out = Rollout { percent: 100.0, ..Rollout::default() };
    let confs = [
        ("a timeout on every task", TaskConf { timeout: Some(Duration::from_millis(400)), ..TaskConf::default() }),
        ("a roll-out on every task", TaskConf { rollout: Some(nobody_left_out), ..TaskConf::default() }),
        ("shedding, without pressure", TaskConf { importance: Some(Importance::Low), ..TaskConf::default() }),
    ];
    let shape = Shape::independent(TASKS);
    let by_body = [Body::NeverWaits, Body::Yields].map(|body| {
        let definition = || engine::definition(&shape, body);
        let mut contest = Contest::default();
        contest.add(engine::with(&definition(), &engine::conf(&shape)));
        contest.add(engine::with(&definition().hook(Silent), &engine::conf(&shape)));
        for (name, conf) in &confs {
            let shedding = name.starts_with("shedding").then(|| pressure.clone());
            contest.add(engine::with(&definition(), &PlanConf { shedding, ..all_tasks(conf) }));
        }
        let bare = engine::with(&definition(), &engine::conf(&shape));
        contest.add(request(move || bare().instrument(tracing::info_span!("request"))));
        contest.run(runtime)
    });
    let names = ["(all of it, without these)", "a hook that does nothing"];
    let names = names.into_iter().chain(confs.iter().map(|(name, _)| *name)).chain(["a span nobody records"]);
    for (index, name) in names.enumerate() {
        let told = by_body.each_ref().map(|medians| {
            let base = if index == 0 { 0.0 } else { medians[0] };
            format!("{:+.0}", (medians[index] - base) / TASKS as f64)
        });
        println!("| {name} | {} |", told.join(" | "));
    }
    println!("\n| what the engine does, alone | ns |\n|---|---|");
    println!(
        "| a reading of the clock | {:.0} |",
        alone(|| {
            black_box(tokio::time::Instant::now());
        })
    );
    let body: fn() -> u64 = black_box(|| black_box(1));
    let guarded = alone(|| drop(black_box(catch_unwind(AssertUnwindSafe(body)))));
    println!("| a panic guard | {guarded:.0} |");
    println!(
        "| a boxed datum, made and dropped | {:.0} |",
        alone(|| {
            black_box(Box::new(black_box(1_u64)));
        })
    );
    println!(
        "| a line of the record: 64 bytes made and dropped | {:.0} |",
        alone(|| {
            black_box([black_box(0_u64); 8]);
        })
    );
    let timer = request(|| async {
        let ready = tokio::time::timeout(Duration::from_millis(500), std::future::ready(()));
        assert!(ready.await.is_ok());
    });
    println!("| a timer around a task that is ready, which it does not do | {:.0} |", batch(runtime, &timer, 100_000));
}

/// Nanoseconds of one of many repetitions, from the best of ten batches.
fn alone(mut work: impl FnMut()) -> f64 {
    let batches = (0..10).map(|_| {
        let start = Instant::now();
        (0..100_000).for_each(|_| work());
        start.elapsed().as_secs_f64() * 1e9 / 1e5
    });
    batches.fold(f64::INFINITY, f64::min)
}
