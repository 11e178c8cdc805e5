//! Each recall source over stores in memory, with answers worked out by hand.

use serde_json::{Value, json};

use crate::kit::{compile, degraded, ids, parts, run};

/// 2026-11-28 00:00 UTC.
const NOW: i64 = 1_795_824_000_000;
const DAY: i64 = 86_400_000;

fn data() -> Value {
    json!({
        "stores": {
            "hot": [["1", 9], ["2", 8], ["3", 7]], "latest": [[3, 30], [1, 20]], "editor": [[5, 0]], "u2i:101": [[8, 0.5]],
            "views:2026-11-28": [[1, 10], [2, 1]], "views:2026-11-27": [[2, 100]], "buys:2026-11-28": [[3, 2]],
            "history:101": [[1, NOW], [2, NOW - 7 * DAY]],
            "i2i:1": [[2, 0.9], [3, 0.5], [4, 0.4]], "i2i:2": [[4, 0.8], [3, 0.2]],
            "users:1": [[101, 1], [102, 1]], "users:2": [[101, 1]], "history:102": [[1, NOW], [6, NOW]], "users:6": [[102, 1]],
            "tag:shoes": [[1, 1.0], [2, 0.5]], "tag:hats": [[2, 0.5], [3, 2.0]],
            "new": [[10, 3], [11, 2], [12, 1]],
            "users": {"101": [1, 2]}, "items": {"1": [1, 0], "2": [0, 1], "3": [2, 2], "4": [-1, 0]}
        },
        "embeddings": {"1": [1, 0], "2": [0, 1], "3": [5, 5], "4": [1, -1]},
        "features": {
            "1": {"size": 1}, "2": {"size": 1}, "3": {"size": 2},
            "10": {"shows": 100, "wins": 10}, "11": {"shows": 100, "wins": 90}
        }
    })
}

fn recall(kind: &str, params: Value, request: Value) -> (Vec<(i64, f64)>, Vec<String>) {
    let (slate, _) = run(&json!([{ "type": kind, "params": params }]), &data(), &request);
    let items = slate.items.iter().map(|item| (item.id, (item.score * 1e6).round() / 1e6)).collect();
    (items, degraded(&slate))
}

/// Type of the source, its parameters, and the expected hits.
type Case<'a> = (&'a str, Value, &'a [(i64, f64)]);

#[test]
fn each_source_answers_as_worked_out_by_hand() {
    let viewer = json!({"viewer": 101, "now_ms": NOW, "profile": {"tags": {"shoes": 2, "hats": 1}}});
    // cos 45°, rounded as the answers are
    let diagonal = (std::f64::consts::FRAC_1_SQRT_2 * 1e6).round() / 1e6;
    let cases: [Case<'_>; 21] = [
        ("recall.hot", json!({"limit": 2}), &[(1, 9.0), (2, 8.0)]),
        ("recall.latest", json!({}), &[(3, 30.0), (1, 20.0)]),
        ("recall.editor", json!({}), &[(5, 0.0)]),
        ("recall.top_rated", json!({}), &[]),
        ("recall.u2i", json!({}), &[(8, 0.5)]),
        (
            "recall.trending",
            json!({"events": [{"key": "views:{day}"}, {"key": "buys:{day}", "weight": 20}], "days": 2, "decay": 0.5}),
            &[(2, 51.0), (3, 40.0), (1, 10.0)],
        ),
        // 3: 0.5 + 0.2, 4: 0.4 + 0.8; 1 and 2 are the history
        ("recall.i2i", json!({}), &[(4, 1.2), (3, 0.7)]),
        ("recall.i2i", json!({"seeds": 1}), &[(2, 0.9), (3, 0.5), (4, 0.4)]),
        ("recall.i2i", json!({"keep_seen": true, "limit": 2}), &[(4, 1.2), (2, 0.9)]),
        // the second seed is one half-life old
        ("recall.user_history", json!({}), &[(4, 0.8), (3, 0.6)]),
        ("recall.similar_to", json!({"item": 1, "limit": 2}), &[(2, 0.9), (3, 0.5)]),
        ("recall.mf", json!({"users": "users", "items": "items"}), &[(3, 6.0), (2, 2.0), (1, 1.0), (4, -1.0)]),
        ("recall.two_tower", json!({"users": "users", "items": "items", "limit": 1}), &[(3, 6.0)]),
        // the mean of the two unit vectors of the history against unit vectors
        ("recall.ann", json!({}), &[(3, diagonal), (4, 0.0)]),
        ("recall.word2vec", json!({"limit": 1}), &[(3, diagonal)]),
        ("recall.content", json!({}), &[(1, 2.0), (3, 2.0), (2, 1.5)]),
        (
            "recall.content",
            json!({"similarity": "cosine", "size": "size"}),
            &[(1, 0.894_427), (2, 0.670_820), (3, 0.447_214)],
        ),
        // min sums 1, 1, 1; max sums 3 + 1 − 1, 3 + 1 − 1, 3 + 2 − 1
        (
            "recall.content",
            json!({"similarity": "jaccard", "size": "size"}),
            &[(1, 0.333_333), (2, 0.333_333), (3, 0.25)],
        ),
        ("recall.content", json!({"similarity": "tfidf", "catalogue": 2}), &[]),
        // 101 → 1, 2 (½ each) → 101: ¼ + ½, 102: ¼ → 6: ½ · ¼
        ("recall.graph", json!({}), &[(6, 0.125)]),
        ("recall.explore", json!({"c": 0.0}), &[(12, 1.0), (11, 0.9), (10, 0.1)]),
    ];
    for (kind, params, expected) in cases {
        let (items, lapses) = recall(kind, params.clone(), viewer.clone());
        assert_eq!(lapses, [""; 0], "{kind} {params}");
        if params["similarity"] == "tfidf" {
            // ln(2 ÷ 2) is 0: a tag that every item has carries no information
            assert!(items.iter().all(|(_, score)| *score == 0.0), "{items:?}");
        } else {
            assert_eq!(items, expected, "{kind} {params}");
        }
    }
}

#[test]
fn a_session_is_a_history_for_an_unknown_viewer() {
    let (items, lapses) = recall("recall.i2i", json!({}), json!({"realtime": {"history": ["2"]}}));
    assert_eq!((items, lapses), (vec![(4, 0.8), (3, 0.2)], vec![]));
    let (_, lapses) = recall("recall.i2i", json!({}), json!({}));
    assert_eq!(lapses, ["recall.i2i: request has no viewer"]);
    let (_, lapses) = recall("recall.similar_to", json!({}), json!({}));
    assert_eq!(lapses, ["recall.similar_to: request has no params.item"]);
    let (items, _) = recall("recall.similar_to", json!({"limit": 1}), json!({"params": {"item": "2"}}));
    assert_eq!(items, [(4, 0.8)]);
}

#[test]
fn missing_lists_are_empty_and_failures_are_named() {
    let (items, lapses) = recall("recall.hot", json!({"key": "nothing"}), json!({}));
    assert_eq!((items, lapses), (vec![], vec![]));
    let (items, lapses) = recall("recall.mf", json!({"users": "users", "items": "items"}), json!({"viewer": 999}));
    assert_eq!((items, lapses), (vec![], vec![]));
    let (_, lapses) = recall("recall.mf", json!({"users": "userz", "items": "items"}), json!({"viewer": 101}));
    assert_eq!(lapses, ["recall.mf: store \"userz\": no such vector store"]);
    let mut data = data();
    data["stores"]["items"] = json!({"1": [1, 2, 3]});
    let nodes = json!([{ "type": "recall.mf", "params": {"users": "users", "items": "items"} }]);
    let (slate, _) = run(&nodes, &data, &json!({"viewer": 101}));
    assert_eq!(degraded(&slate), ["recall.mf: the query vector has 2 dimensions, expected 3"]);
}

#[test]
fn too_few_items_cause_a_wider_recall() {
    let nodes = json!([{ "type": "recall.fanout", "params": {
        "sources": [{ "type": "recall.hot", "name": "hot", "params": {"limit": 1} }], "again": {"below": 2, "rounds": 3} } }]);
    let (slate, record) = run(&nodes, &data(), &json!({}));
    assert_eq!(ids(&slate), [1, 2]);
    assert_eq!(record.notes()[0].reason, "extra recalls: 1");
}

#[test]
fn faults_of_sources_have_a_path_and_a_rule() {
    for (kind, params, expected) in [
        (
            "recall.hot",
            json!({"key": "hot:{scne}"}),
            "nodes[0].params.key: unknown placeholder \"scne\", nearest is \"scene\"",
        ),
        ("recall.hot", json!({"model": "nowhere"}), "nodes[0].params.model: must be a usable artefact: "),
        ("recall.trending", json!({"events": []}), "nodes[0].params.events: must have at least 1 entry"),
        ("recall.mf", json!({}), "nodes[0].params.users: is required by the query stored"),
        ("recall.content", json!({"similarity": "cosine"}), "nodes[0].params.size: is required by this similarity"),
        ("recall.i2i", json!({"half_life": 0}), "nodes[0].params.half_life: must be a number above 0"),
    ] {
        let nodes = json!([{ "type": kind, "params": params }]);
        let faults =
            compile(&nodes, &parts(&json!({}))).err().unwrap_or_else(|| panic!("{kind} {params} has no fault"));
        assert_eq!(faults.0.len(), 1, "{kind}: {faults}");
        assert!(faults.to_string().starts_with(expected), "{kind}: {faults}");
    }
}
