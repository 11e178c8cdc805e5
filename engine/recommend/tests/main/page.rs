//! The page of the benchmark and the allocation test: 10 sources × 500 hits → 1,000 candidates → 22 features, LR →
//! 200 → DPP 50.

use std::path::Path;

use live_pack_recommend::{Data, Parts};
use rand::Rng;
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

pub(crate) fn recall() -> Value {
    let sources: Vec<Value> = (0..10)
        .map(|n| json!({ "type": "recall.hot", "name": format!("s{n}"), "params": {"key": format!("list{n}")} }))
        .collect();
    json!({ "type": "recall.fanout", "params": { "sources": sources, "merge": {"limit": 1_000}, "timeout": "100ms" } })
}

pub(crate) fn page() -> Vec<Value> {
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

/// The resident parts of the page; its linear model is written into `folder`.
pub(crate) fn parts(rng: &mut ChaCha8Rng, folder: &Path) -> Parts {
    let weights: Map<String, Value> =
        (0..FEATURES).map(|at| (format!("f{at:02}"), json!(rng.random_range(-1.0..1.0)))).collect();
    let model = json!({ "intercept": 0.1, "weights": weights });
    std::fs::write(folder.join("lr.json"), model.to_string()).unwrap();
    Data::read(&data(rng)).unwrap().into_parts(folder.to_owned())
}
