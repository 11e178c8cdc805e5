//! Filters, features, rankers and padding over stores in memory.

use std::sync::Arc;

use live_pack_recommend::{Hits, Lists, NodeError, Pipeline, Request, Work, builtin};
use serde_json::{Value, json};

use crate::kit::{ask, compile, degraded, fixed, ids, parts, run};

const DAY: i64 = 86_400_000;

fn data() -> Value {
    json!({
        "features": {"1": {"price": 5, "born": 100 * DAY, "stars": 4.5}, "2": {"price": 20, "born": 93 * DAY}, "3": {"price": 9, "born": 101 * DAY, "stars": 2}},
        "labels": {"1": {"seller": "70", "brand": "x"}, "2": {"seller": "71", "brand": "x"}, "3": {"seller": "70", "brand": "y"}},
        "stores": {"blacklist": [[2, 0]], "block:7": [[70, 0]], "exposed:7": [[1, 99 * DAY], [3, 10 * DAY]], "shown:7": [[1, 3], [2, 2]]}
    })
}

fn source() -> Value {
    fixed("s", &[(1, 0.9), (2, 0.8), (3, 0.7), (4, 0.6)])
}

#[test]
fn each_filter_keeps_what_it_should() {
    let cases: [(&str, Value, &[i64]); 17] = [
        ("filter.expr", json!({"expr": "item.features.price < 10.0"}), &[1, 3]),
        ("filter.expr", json!({"expr": "item.features.price < 10", "invert": true}), &[2, 4]),
        ("filter.expr", json!({"expr": "item.labels.brand == 'x' && request.viewer == 7"}), &[1, 2]),
        ("filter.exclude", json!({"ids": [4]}), &[1, 2, 3]),
        ("filter.blacklist", json!({"on_error": "fail"}), &[1, 3, 4]),
        ("filter.user_block", json!({"by": "seller", "on_error": "keep"}), &[2, 4]),
        ("filter.exposed", json!({"on_error": "keep"}), &[2, 4]),
        ("filter.exposed", json!({"max_age_seconds": 172_800, "on_error": "keep"}), &[2, 3, 4]),
        ("filter.frequency_cap", json!({"max": 3, "on_error": "keep"}), &[2, 3, 4]),
        ("filter.quality_gate", json!({"feature": "stars", "min": 3, "on_error": "keep"}), &[1]),
        (
            "filter.quality_gate",
            json!({"feature": "stars", "min": 3, "keep_missing": true, "on_error": "keep"}),
            &[1, 2, 4],
        ),
        ("filter.quality_gate", json!({"max": 0.7, "on_error": "keep"}), &[3, 4]),
        // 3 is in the future, 4 has no time, 2 is one half-life old: 0.8 · ½
        ("filter.time_decay", json!({"feature": "born", "half_life": 7, "on_error": "keep"}), &[1, 2]),
        (
            "filter.time_decay",
            json!({"feature": "born", "max_age": 5, "keep_missing": true, "keep_future": true, "on_error": "keep"}),
            &[1, 3, 4],
        ),
        ("filter.seen_in_session", json!({}), &[1, 2]),
        ("filter.dedup_field", json!({"by": "brand", "on_error": "keep"}), &[1, 3, 4]),
        ("filter.holdout", json!({"share": 1.0, "salt": "a"}), &[]),
    ];
    let request = json!({"viewer": 7, "now_ms": 100 * DAY, "realtime": {"seen": ["3", 4]}});
    for (kind, params, expected) in cases {
        let (slate, record) = run(&json!([source(), { "type": kind, "params": params }]), &data(), &request);
        assert_eq!(ids(&slate), expected, "{kind} {params}");
        assert_eq!(degraded(&slate), [""; 0], "{kind} {params}");
        assert_eq!(slate.removed.get(kind).copied().unwrap_or_default(), 4 - expected.len(), "{kind} {params}");
        for id in [1, 2, 3, 4] {
            let removed = record.why(id).removed_by.is_some();
            assert_eq!(removed, !expected.contains(&id), "{kind} {params}: {id}");
        }
    }
}

#[test]
fn holdout_is_stable_and_withholds_its_share() {
    let items: Vec<_> = (0..2_000).map(|id| (id, 1.0)).collect();
    let held = |viewer: i64, salt: &str| {
        let nodes = json!([fixed("s", &items), { "type": "filter.holdout", "params": {"share": 0.3, "salt": salt} }]);
        ids(&run(&nodes, &json!({}), &json!({"viewer": viewer})).0)
    };
    assert_eq!(held(1, "a"), held(1, "a"));
    assert_ne!(held(1, "a"), held(2, "a"));
    assert_ne!(held(1, "a"), held(1, "b"));
    assert!((1_300..1_500).contains(&held(1, "a").len()), "{}", held(1, "a").len());
}

/// A store that always fails.
struct Down;

impl Lists for Down {
    fn read<'a>(&'a self, keys: Vec<String>, _: usize) -> Work<'a, Vec<Option<Hits>>> {
        Work::Now(Err(NodeError::Store { key: keys.join(","), reason: "connection refused".into() }))
    }
}

#[test]
fn a_failing_store_has_the_declared_effect_and_is_never_silent() {
    for (on_error, expected) in [("keep", vec![1, 2, 3, 4]), ("reject", vec![]), ("fail", vec![1, 2, 3, 4])] {
        for kind in ["filter.blacklist", "filter.user_block", "filter.exposed"] {
            let mut parts = parts(&data());
            parts.lists = Arc::new(Down);
            let nodes = json!({"nodes": [source(), { "type": kind, "params": {"on_error": on_error} }]});
            let pipeline: Pipeline = Pipeline::compile(&nodes, &parts, &builtin()).unwrap();
            let request: Request = serde_json::from_value(json!({"viewer": 7})).unwrap();
            let (slate, _) = ask(&pipeline, &request);
            assert_eq!(ids(&slate), expected, "{kind} {on_error}");
            assert!(
                degraded(&slate)[0].starts_with(&format!("{kind}: store ")),
                "{kind} {on_error}: {:?}",
                slate.degraded
            );
        }
    }
    let faults = compile(&json!([{"type": "filter.blacklist"}]), &parts(&json!({}))).err().unwrap().to_string();
    assert_eq!(faults, "nodes[0].params.on_error: is required but missing");
}

#[test]
fn a_source_whose_store_fails_uses_its_declared_fallback() {
    let mut parts = parts(&json!({}));
    parts.lists = Arc::new(Down);
    let nodes = json!({"nodes": [{ "type": "recall.fanout", "params": { "sources": [
        { "type": "recall.hot", "name": "hot", "on_error": {"fallback": {"source": fixed("x", &[(9, 1.0)])}} }] } }]});
    let pipeline: Pipeline = Pipeline::compile(&nodes, &parts, &builtin()).unwrap();
    let (slate, record) = ask(&pipeline, &Request::default());
    assert_eq!(ids(&slate), [9]);
    assert_eq!(record.source_name(slate.items[0].sources[0].source), "hot");
    assert_eq!(degraded(&slate), ["hot: store \"hot\": connection refused; the fallback answered"]);
}

#[test]
fn a_linear_model_ranks_and_its_contributions_sum_to_the_logit() {
    let folder = tempfile::tempdir().unwrap();
    let model = json!({"intercept": -1.0, "weights": {"price": -0.1, "age": 0.05, "price_age": 0.01}});
    std::fs::write(folder.path().join("lr.json"), model.to_string()).unwrap();
    let mut parts = parts(&data());
    parts.folder = folder.path().to_owned();
    let nodes = json!([source(),
        { "type": "feature.enrich", "params": { "item": ["price", "stars"], "request": ["age"], "defaults": {"price": 50},
            "crosses": [{"name": "price_age", "left": "price", "right": "age", "operation": "product"}] } },
        { "type": "filter.expr", "params": {"expr": "item.id != 2"} },
        { "type": "rank.lr", "params": {"model": "lr.json"} }]);
    let pipeline = compile(&nodes, &parts).unwrap_or_else(|faults| panic!("{faults}"));
    let request: Request = serde_json::from_value(json!({"features": {"age": 30}})).unwrap();
    let (slate, record) = ask(&pipeline, &request);
    // logits: −1 − 0.1·p + 1.5 + 0.3·p = 0.5 + 0.2·p for prices 5, 9 and the default 50
    assert_eq!(ids(&slate), [4, 3, 1]);
    let why = record.why(3);
    let logit: f64 = why.contributions.iter().map(|(_, value)| value).sum();
    assert!((logit - 2.3).abs() < 1e-6, "{why:?}");
    assert!((slate.items[1].score - 1.0 / (1.0 + (-logit).exp())).abs() < 1e-12);
    let names: Vec<_> = why.contributions.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["intercept", "age", "price", "price_age"]);
    assert_eq!(record.why(2).removed_by.as_deref(), Some("filter.expr"));
}

#[test]
fn a_model_with_an_unknown_feature_is_a_fault() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("lr.json"), r#"{"intercept": 0, "weights": {"prise": 1, "stars": 1}}"#).unwrap();
    std::fs::write(folder.path().join("broken.json"), "{").unwrap();
    let mut parts = parts(&data());
    parts.folder = folder.path().to_owned();
    let enrich = json!({ "type": "feature.enrich", "params": {"item": ["price"]} });
    for (nodes, expected) in [
        (
            json!([enrich, {"type": "rank.lr", "params": {"model": "lr.json"}}]),
            "nodes[1].params.model: the model has unknown features: prise (did you mean price?); stars",
        ),
        (
            json!([{"type": "rank.lr", "params": {"model": "lr.json"}}]),
            "nodes[0].params: requires a valid feature.enrich before it",
        ),
        (
            json!([enrich, {"type": "rank.lr", "params": {"model": "broken.json"}}]),
            "nodes[1].params.model: must be a linear model: EOF",
        ),
        (
            json!([enrich, {"type": "rank.gbdt", "params": {"model": "none.txt"}}]),
            "nodes[1].params.model: must be a readable file: ",
        ),
        (
            json!([enrich, {"type": "rank.gbdt", "params": {"model": "lr.json"}}]),
            "nodes[1].params.model: must be a tree model: ",
        ),
        (
            json!([{"type": "feature.enrich", "params": {"item": ["a", "a"]}}]),
            "nodes[0].params: feature names must be distinct",
        ),
    ] {
        let faults = compile(&nodes, &parts).err().unwrap_or_else(|| panic!("{nodes} has no fault"));
        assert_eq!(faults.0.len(), 1, "{faults}");
        assert!(faults.to_string().starts_with(expected), "{faults}");
    }
}

#[test]
fn sort_follows_several_fields_and_directions() {
    for (by, expected) in [
        (json!([{}]), [1, 2, 3, 4]),
        (json!([{"order": "ascending"}]), [4, 3, 2, 1]),
        (json!([{"feature": "stars"}, {"order": "ascending"}]), [1, 3, 4, 2]),
        (json!([{"feature": "price", "order": "ascending"}]), [1, 3, 2, 4]),
    ] {
        let (slate, _) = run(&json!([source(), {"type": "rank.sort", "params": {"by": by}}]), &data(), &json!({}));
        assert_eq!(ids(&slate), expected, "{by}");
    }
}

#[test]
fn padding_marks_copies_and_never_returns_removed_items() {
    let nodes = json!([source(), { "type": "filter.blacklist", "params": {"on_error": "keep"} },
        { "type": "postprocess.padding", "params": {"n": 6, "items": [[1, 0.5], [2, 0.4], [5, 0.3], [5, 0.3], [6, "NaN"], [8, 0.2], [9, 0.1], [10, 0]]} }]);
    let (slate, _) = run(&nodes, &data(), &json!({"exclude": [8]}));
    assert_eq!(ids(&slate), [1, 3, 4, 5, 9, 10]);
    let padded: Vec<_> = slate.items.iter().map(|item| item.padded).collect();
    assert_eq!(padded, [false, false, false, true, true, true]);
    assert!(slate.items[3].sources.is_empty());
}

#[test]
fn a_later_recall_does_not_return_items_removed_by_a_filter() {
    let nodes = json!([source(), { "type": "filter.blacklist", "params": {"on_error": "keep"} }, fixed("more", &[(2, 1.0), (11, 1.0)])]);
    let (slate, record) = run(&nodes, &data(), &json!({}));
    assert_eq!(ids(&slate), [1, 3, 4, 11]);
    assert_eq!(record.why(2).removed_by.as_deref(), Some("filter.blacklist"));
}

/// Rows of `model/tests/golden`: the values of eight features, and the original's raw scores.
fn golden_rows(name: &str) -> Vec<(Vec<f32>, Vec<f64>)> {
    let path = format!("{}/model/tests/golden/{name}.rows", env!("CARGO_MANIFEST_DIR"));
    let hex = |text: &str| -> Vec<u64> {
        text.split_whitespace().map(|word| u64::from_str_radix(word, 16).unwrap()).collect()
    };
    let rows = std::fs::read_to_string(path).unwrap();
    let rows = rows.lines().map(|line| {
        let parts: Vec<&str> = line.split('|').collect();
        let values = hex(parts[0]).into_iter().map(|bits| f32::from_bits(u32::try_from(bits).unwrap())).collect();
        (values, hex(parts[1]).into_iter().map(f64::from_bits).collect())
    });
    // JSON has no infinities
    rows.filter(|(values, _): &(Vec<f32>, _)| !values.iter().any(|value| value.is_infinite())).collect()
}

#[test]
fn trees_of_lightgbm_and_xgboost_rank_with_the_scores_of_the_original() {
    let names = ["price", "age", "sold", "rating", "noise", "shop", "level", "step"];
    for (model, heads) in [
        ("binary.txt", vec![1.0]),
        ("large.txt", vec![1.0]),
        ("multiclass.txt", vec![0.5, -1.0, 2.0]),
        ("xgb_binary.json", vec![1.0]),
        ("xgb_squares.json", vec![1.0]),
        ("xgb_classes.json", vec![0.0, 1.0, -1.0]),
        ("xgb_counts.json", vec![1.0]),
    ] {
        let rows = golden_rows(model.split('.').next().unwrap());
        assert!(rows.len() > 50, "{model}");
        let features: serde_json::Map<String, Value> = (1..)
            .zip(&rows)
            .map(|(id, (values, _)): (i64, _)| {
                let known = names.iter().zip(values).filter(|(_, value)| !value.is_nan());
                (id.to_string(), known.map(|(name, value)| ((*name).to_owned(), json!(value))).collect())
            })
            .collect();
        let items: Vec<(i64, f64)> = (1..).zip(&rows).map(|(id, _)| (id, 0.0)).collect();
        let mut parts = parts(&json!({ "features": features }));
        parts.folder = concat!(env!("CARGO_MANIFEST_DIR"), "/model/tests/golden").into();
        let nodes = json!([fixed("s", &items), {"type": "feature.enrich", "params": {"item": names}},
            {"type": "rank.gbdt", "params": {"model": model, "raw": true, "heads": heads}}]);
        let pipeline = compile(&nodes, &parts).unwrap_or_else(|faults| panic!("{model}: {faults}"));
        let (slate, _) = ask(&pipeline, &Request::default());
        assert_eq!((slate.items.len(), degraded(&slate)), (rows.len(), vec![]), "{model}");
        for pair in slate.items.windows(2) {
            assert!(
                pair[0].score > pair[1].score || (pair[0].score == pair[1].score && pair[0].id < pair[1].id),
                "{model}"
            );
        }
        for item in &slate.items {
            let (_, raw) = &rows[usize::try_from(item.id - 1).unwrap()];
            let expected: f64 = raw.iter().zip(&heads).map(|(score, weight)| score * weight).sum();
            assert_eq!(item.score.to_bits(), expected.to_bits(), "{model}: {}", item.id);
        }
    }
}
