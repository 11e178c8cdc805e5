//! Faults in the use of stores and models: unbounded calls, unreported failures, answers of the wrong length.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use live_pack_recommend::{
    Call, Candidates, Configure, Effect, FeatureStore, Hits, Lists, Node, NodeError, NodeType, Parts, Pipeline,
    Request, Site, Work, builtin,
};
use serde_json::{Value, json};

use crate::kit::{ask, degraded, fixed, ids, parts};

/// Lists that count calls.
struct Counted {
    calls: Arc<AtomicUsize>,
    lists: Arc<dyn Lists>,
}

impl Lists for Counted {
    fn read<'a>(&'a self, keys: Vec<String>, limit: usize) -> Work<'a, Vec<Option<Hits>>> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        self.lists.read(keys, limit)
    }
}

/// Stores that always fail.
struct Down;

impl Lists for Down {
    fn read<'a>(&'a self, keys: Vec<String>, _: usize) -> Work<'a, Vec<Option<Hits>>> {
        Work::Now(Err(NodeError::Store { key: keys.join(","), reason: "connection refused".into() }))
    }
}

impl FeatureStore for Down {
    fn read<'a>(&'a self, _: &'a [i64], names: &'a [String]) -> Work<'a, Vec<f64>> {
        Work::Now(Err(NodeError::Store { key: names.join(","), reason: "connection refused".into() }))
    }
}

fn compiled(nodes: &Value, parts: &Parts) -> Pipeline {
    Pipeline::compile(&json!({ "nodes": nodes }), parts, &builtin())
        .unwrap_or_else(|faults| panic!("{nodes}: {faults}"))
}

fn viewer() -> Request {
    serde_json::from_value(json!({"viewer": 7, "now_ms": 1})).unwrap()
}

/// The fault: one call per user, per history item, or per candidate; twice as many if nothing was exposed.
#[test]
fn each_source_and_filter_reads_its_store_in_one_batch() {
    let history: Vec<(i64, f64)> = (0..40).map(|id| (id, 1.0)).collect();
    let candidates: Vec<(i64, f64)> = (0..500).map(|id| (id, 1.0)).collect();
    let data = json!({"stores": {"history:7": history, "u2i:7": [[1, 1]], "blacklist": [[3, 0]]}});
    let source = || fixed("s", &candidates);
    for (nodes, calls) in [
        (json!([{"type": "recall.u2i"}]), 1),
        // the history, then the neighbours of its forty items
        (json!([{"type": "recall.i2i"}]), 2),
        (json!([source(), {"type": "filter.blacklist", "params": {"on_error": "fail"}}]), 1),
        (json!([source(), {"type": "filter.user_block", "params": {"on_error": "fail"}}]), 1),
        (json!([source(), {"type": "filter.exposed", "params": {"on_error": "fail"}}]), 1),
        (json!([source(), {"type": "filter.frequency_cap", "params": {"max": 3, "on_error": "fail"}}]), 1),
    ] {
        let count = Arc::new(AtomicUsize::new(0));
        let mut parts = parts(&data);
        parts.lists = Arc::new(Counted { calls: Arc::clone(&count), lists: parts.lists });
        let (slate, _) = ask(&compiled(&nodes, &parts), &viewer());
        assert_eq!(count.load(Ordering::Relaxed), calls, "{nodes}");
        assert_eq!(degraded(&slate), [""; 0], "{nodes}");
    }
}

/// The fault: store errors are swallowed. A source falls through to a static list, a filter keeps everything, features are
/// empty, and the error handler is never called.
#[test]
fn a_store_that_fails_is_named_by_every_node_that_reads_it() {
    let source = || fixed("s", &[(1, 0.9), (2, 0.8)]);
    let keep = json!({"on_error": "keep"});
    for (kind, params) in [
        ("recall.hot", json!({})),
        ("recall.latest", json!({})),
        ("recall.u2i", json!({})),
        ("recall.i2i", json!({})),
        ("recall.user_history", json!({})),
        ("recall.similar_to", json!({"item": 1})),
        ("recall.trending", json!({"events": [{"key": "views:{day}"}]})),
        ("recall.graph", json!({})),
        ("recall.explore", json!({})),
        ("filter.blacklist", keep.clone()),
        ("filter.user_block", keep.clone()),
        ("filter.exposed", keep),
        ("filter.frequency_cap", json!({"max": 3, "on_error": "keep"})),
        ("filter.quality_gate", json!({"feature": "stars", "min": 1, "on_error": "keep"})),
        ("filter.time_decay", json!({"feature": "born", "max_age": 1, "on_error": "keep"})),
        ("feature.enrich", json!({"item": ["price"]})),
        ("rerank.ucb", json!({})),
        ("rerank.thompson", json!({})),
        ("rerank.cold_start_boost", json!({"threshold": 10, "boost": 1})),
        ("postprocess.padding", json!({"n": 9, "key": "hot"})),
    ] {
        let mut parts = parts(&json!({}));
        (parts.lists, parts.features) = (Arc::new(Down), Arc::new(Down));
        let nodes = json!([source(), { "type": kind, "params": params }]);
        let (slate, _) = ask(&compiled(&nodes, &parts), &viewer());
        assert_eq!(ids(&slate), [1, 2], "{kind}");
        let named = degraded(&slate);
        assert_eq!(named.len(), 1, "{kind}: {named:?}");
        assert!(
            named[0].starts_with(&format!("{kind}: store ")) && named[0].ends_with("connection refused"),
            "{named:?}"
        );
    }
}

/// The fault: features that could not be read become empty, and the ranker scores every item alike.
#[test]
fn a_ranker_without_features_leaves_the_list_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("lr.json"), r#"{"intercept": 0, "weights": {"price": -1}}"#).unwrap();
    let mut parts = parts(&json!({}));
    (parts.features, parts.folder) = (Arc::new(Down), folder.path().to_owned());
    let nodes = json!([fixed("s", &[(2, 0.1), (1, 0.9)]), {"type": "feature.enrich", "params": {"item": ["price"]}},
        {"type": "rank.lr", "params": {"model": "lr.json"}}]);
    let (slate, _) = ask(&compiled(&nodes, &parts), &Request::default());
    assert_eq!(ids(&slate), [2, 1]);
    assert_eq!(
        degraded(&slate),
        [
            "feature.enrich: store \"price\": connection refused",
            "rank.lr: request has no feature matrix, because feature.enrich did not run"
        ]
    );
}

/// A model that answers once for many rows.
struct OneScore;

#[derive(serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct NoParams {}

impl Configure<()> for OneScore {
    const TYPE: &'static str = "rank.once";
    type Params = NoParams;

    fn configure(_: NoParams, _: &mut Site<'_, '_, ()>) -> Option<Self> {
        Some(Self)
    }
}

impl Node for OneScore {
    fn run<'a>(&'a self, _: &'a Call<'a>, _: &'a Candidates) -> Work<'a, Effect> {
        Work::now(Effect::scores(vec![0.5]))
    }
}

/// The fault: one prediction is copied to all rows.
#[test]
fn one_prediction_for_many_rows_is_refused() {
    let types = builtin().with(NodeType::node::<OneScore>());
    let nodes = json!([fixed("s", &[(2, 0.1), (1, 0.9)]), {"type": "rank.once"}]);
    let pipeline = Pipeline::compile(&json!({ "nodes": nodes }), &Parts::default(), &types).unwrap();
    let (slate, _) = ask(&pipeline, &Request::default());
    assert_eq!((ids(&slate), slate.items[0].score), (vec![2, 1], 0.1));
    assert_eq!(degraded(&slate), ["rank.once: violates a rule for nodes: one score per item"]);
}
