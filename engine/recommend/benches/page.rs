//! The page of the design: 10 sources × 500 hits → 1,000 candidates → LR → 200 → DPP 50, with its record.
//!
//! `cargo bench -p live-pack-recommend --bench page`

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::disallowed_methods, reason = "a benchmark")]

use std::{
    io::Write,
    time::{Duration, Instant},
};

use live_pack_recommend::{Ask, Parts, Pipeline, Request, builtin};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

#[path = "../tests/main/page.rs"]
mod page;

/// Median time of a request in microseconds, and its allocations.
fn measure(nodes: &[Value], parts: &Parts, request: &Request) -> (f64, u64, Vec<(String, Duration)>) {
    let pipeline: Pipeline = Pipeline::compile(&json!({ "nodes": nodes }), parts, &builtin()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let ask = Ask::new(request);
    let once = || {
        runtime.block_on(async {
            let until = tokio::time::Instant::now() + pipeline.timeout();
            pipeline.recommend(&ask, until).await.unwrap()
        })
    };
    for _ in 0..50 {
        once();
    }
    let mut times: Vec<f64> = (0..400)
        .map(|_| {
            let begin = Instant::now();
            let answer = once();
            let took = begin.elapsed().as_secs_f64() * 1e6;
            drop(answer);
            took
        })
        .collect();
    times.sort_by(f64::total_cmp);
    let allocations = allocation_counter::measure(|| drop(once())).count_total;
    let (_, record) = once();
    let stages = record.timings().map(|(node, took)| (node.to_owned(), took)).collect();
    (times[times.len() / 2], allocations, stages)
}

fn main() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let folder = tempfile::tempdir().unwrap();
    let parts = page::parts(&mut rng, folder.path());
    let request = Request::default();
    let mut out = std::io::stdout().lock();

    let (page_time, allocations, stages) = measure(&page::page(), &parts, &request);
    writeln!(out, "page 10 × 500 → 1,000 → LR → 200 → DPP 50: {page_time:.0} µs, {allocations} allocations").unwrap();
    for (node, took) in stages {
        writeln!(out, "  {node}: {:.0} µs", took.as_secs_f64() * 1e6).unwrap();
    }
    let (recall_time, ..) = measure(&page::page()[..1], &parts, &request);
    writeln!(out, "recall and merge alone: {recall_time:.0} µs").unwrap();
    for (name, node) in [
        ("DPP 1,000 → 50, alpha 1", json!({ "type": "rerank.dpp", "params": {"k": 50, "alpha": 1.0} })),
        ("DPP 1,000 → 50, alpha 0", json!({ "type": "rerank.dpp", "params": {"k": 50, "alpha": 0.0} })),
        ("DPP 1,000 → 50, window 10", json!({ "type": "rerank.dpp", "params": {"k": 50, "alpha": 1.0, "window": 10} })),
        ("MMR 1,000 → 50", json!({ "type": "rerank.mmr", "params": {"k": 50, "lambda": 0.5} })),
        ("SSD 1,000 → 50", json!({ "type": "rerank.ssd", "params": {"k": 50} })),
        (
            "filter.expr over 1,000",
            json!({ "type": "filter.expr", "params": {"expr": "item.features.f00 > 0.0 || item.score > 0.5"} }),
        ),
    ] {
        let (time, ..) = measure(&[page::recall(), node], &parts, &request);
        writeln!(out, "{name}: {:.0} µs beyond the recall", time - recall_time).unwrap();
    }
}
