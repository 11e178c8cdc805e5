//! The page of the design: 10 sources × 500 hits → 1,000 candidates → LR → 200 → DPP 50, with its record.
//!
//! `cargo bench -p live-pack-recommend --bench page`

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::disallowed_methods, reason = "a benchmark")]

use std::{
    io::Write,
    time::{Duration, Instant},
};

use live_pack_recommend::{Ask, Data, Parts, Pipeline, Request, builtin};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Map, Value, json};

const ITEMS: i64 = 3_000;
const FEATURES: usize = 22;
const DIMS: usize = 64;

/// 3,000 items with 22 features and embeddings of 64 dimensions in 30 clusters; 10 lists of 500 of them.
fn data(rng: &mut ChaCha8Rng) -> Value {
    let centres: Vec<Vec<f64>> = (0..30).map(|_| (0..DIMS).map(|_| rng.random_range(-1.0..1.0)).collect()).collect();
    let (mut embeddings, mut features, mut stores) = (Map::new(), Map::new(), Map::new());
    for id in 0..ITEMS {
        let centre = &centres[usize::try_from(id).unwrap() % centres.len()];
        let row: Vec<f64> = centre.iter().map(|value| value + rng.random_range(-0.7..0.7)).collect();
        embeddings.insert(id.to_string(), json!(row));
        let row: Map<String, Value> =
            (0..FEATURES).map(|at| (format!("f{at:02}"), json!(rng.random_range(-1.0..1.0)))).collect();
        features.insert(id.to_string(), row.into());
    }
    for source in 0..10 {
        let mut ids: Vec<i64> = (0..ITEMS).collect();
        let list: Vec<Value> = (0..500)
            .map(|rank| {
                let id = ids.swap_remove(rng.random_range(0..ids.len()));
                json!([id, 1.0 - f64::from(rank) / 500.0])
            })
            .collect();
        stores.insert(format!("list{source}"), list.into());
    }
    json!({ "embeddings": embeddings, "features": features, "stores": stores })
}

fn recall() -> Value {
    let sources: Vec<Value> = (0..10)
        .map(|n| json!({ "type": "recall.hot", "name": format!("s{n}"), "params": {"key": format!("list{n}")} }))
        .collect();
    json!({ "type": "recall.fanout", "params": { "sources": sources, "merge": {"limit": 1_000}, "timeout": "100ms" } })
}

fn page() -> Vec<Value> {
    let names: Vec<String> = (0..FEATURES).map(|at| format!("f{at:02}")).collect();
    vec![
        recall(),
        json!({ "type": "filter.seen_in_session" }),
        json!({ "type": "feature.enrich", "params": {"item": names} }),
        json!({ "type": "rank.lr", "params": {"model": "lr.json"} }),
        json!({ "type": "rerank.topn", "params": {"n": 200} }),
        json!({ "type": "rerank.dpp", "params": {"k": 50, "alpha": 1.0} }),
    ]
}

/// Median time of a request in microseconds, and the allocations of one.
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
    let weights: Map<String, Value> =
        (0..FEATURES).map(|at| (format!("f{at:02}"), json!(rng.random_range(-1.0..1.0)))).collect();
    let model = json!({ "intercept": 0.1, "weights": weights });
    std::fs::write(folder.path().join("lr.json"), model.to_string()).unwrap();
    let parts = Data::read(&data(&mut rng)).unwrap().into_parts(folder.path().to_owned());
    let request = Request::default();
    let mut out = std::io::stdout().lock();

    let (page_time, allocations, stages) = measure(&page(), &parts, &request);
    writeln!(out, "page 10 × 500 → 1,000 → LR → 200 → DPP 50: {page_time:.0} µs, {allocations} allocations").unwrap();
    for (node, took) in stages {
        writeln!(out, "  {node}: {:.0} µs", took.as_secs_f64() * 1e6).unwrap();
    }
    let (recall_time, ..) = measure(&page()[..1], &parts, &request);
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
        let (time, ..) = measure(&[recall(), node], &parts, &request);
        writeln!(out, "{name}: {:.0} µs beyond the recall", time - recall_time).unwrap();
    }
}
