//! Re-rankers against answers worked out by hand.

use serde_json::{Value, json};

use crate::kit::{compile, degraded, fixed, ids, run};

/// Two sources of four items each: 1–4 from `a`, 5–8 from `b`.
fn two_sources() -> Value {
    json!({ "type": "recall.fanout", "params": { "sources": [
        fixed("a", &[(1, 0.9), (2, 0.8), (3, 0.7), (4, 0.6)]), fixed("b", &[(5, 0.5), (6, 0.4), (7, 0.3), (8, 0.2)])] } })
}

fn rerank(kind: &str, params: Value, data: &Value, request: &Value) -> Vec<i64> {
    let nodes = json!([two_sources(), { "type": kind, "params": params }]);
    let (slate, _) = run(&nodes, data, request);
    assert_eq!(degraded(&slate), [""; 0], "{kind}");
    ids(&slate)
}

/// Label `brand`: 1, 2, 3 are x, 4, 5 are y, 6 is z, the others have none.
fn brands() -> Value {
    json!({ "labels": { "1": {"brand": "x"}, "2": {"brand": "x"}, "3": {"brand": "x"}, "4": {"brand": "y"}, "5": {"brand": "y"}, "6": {"brand": "z"} } })
}

#[test]
fn each_re_ranker_gives_the_answer_worked_out_by_hand() {
    let none = json!({});
    let shows = json!({ "features": { "1": {"shows": 100, "wins": 50}, "2": {"shows": 4, "wins": 1}, "3": {"shows": 50, "wins": 49}, "8": {"shows": 0} } });
    let taste = json!({ "profile": { "brand": { "y": 1 } } });
    let cases: [(&str, Value, &Value, &Value, &[i64]); 24] = [
        ("rerank.topn", json!({"n": 3}), &none, &none, &[1, 2, 3]),
        ("rerank.topn", json!({"n": 0}), &none, &none, &[]),
        // current: a 3, b 1 → a; a 2, b 2 → a; a 1, b 3 → b; a 4, b 0 → a; then b alone
        ("rerank.weighted_interleave", json!({"weights": {"a": 3, "b": 1}}), &none, &none, &[1, 2, 5, 3, 4, 6, 7, 8]),
        ("rerank.weighted_interleave", json!({"weights": {"*": 2}, "n": 4}), &none, &none, &[1, 5, 2, 6]),
        ("rerank.weighted_interleave", json!({"weights": {"a": 0}, "n": 5}), &none, &none, &[5, 6, 7, 8, 1]),
        ("rerank.fair_interleave", json!({"n": 5}), &none, &none, &[1, 5, 2, 6, 3]),
        ("rerank.group_quota", json!({"by": "brand", "mode": "equal", "n": 4}), &brands(), &none, &[1, 4, 6, 7]),
        ("rerank.group_quota", json!({"by": "brand", "mode": "equal", "n": 6}), &brands(), &none, &[1, 2, 4, 5, 6, 7]),
        ("rerank.group_quota", json!({"by": "brand", "n": 4, "max": 1}), &brands(), &none, &[1, 4, 6, 7]),
        ("rerank.group_quota", json!({"by": "brand", "temperature": 0.05, "n": 3}), &brands(), &none, &[1, 2, 3]),
        (
            "rerank.diversity",
            json!({"constraints": [{"by": "brand", "window": 2}]}),
            &brands(),
            &none,
            &[1, 4, 2, 5, 3, 6, 7, 8],
        ),
        (
            "rerank.diversity",
            json!({"constraints": [{"by": "brand", "window": 3}], "lookahead": 2}),
            &brands(),
            &none,
            &[1, 2, 4, 3, 6, 5, 7, 8],
        ),
        ("rerank.diversity", json!({"constraints": [{"by": "brand"}], "n": 4}), &brands(), &none, &[1, 4, 6, 7]),
        ("rerank.author_decay", json!({"by": "brand", "decay": 0.5, "n": 4}), &brands(), &none, &[1, 4, 2, 6]),
        ("rerank.calibration", json!({"by": "brand", "lambda": 0.9, "k": 3}), &brands(), &taste, &[4, 5, 1]),
        ("rerank.calibration", json!({"by": "brand", "lambda": 0.0, "k": 3}), &brands(), &taste, &[1, 2, 3]),
        (
            "rerank.score_adjust",
            json!({"rules": [{"when": "item.id == 8", "multiply": 2, "add": 1}, {"when": "item.score > 0.8", "multiply": 0}]}),
            &none,
            &none,
            &[8, 2, 3, 4, 5, 6, 7, 1],
        ),
        ("rerank.score_weight", json!({"sources": {"b": 10}}), &none, &none, &[5, 6, 7, 8, 1, 2, 3, 4]),
        (
            "rerank.score_weight",
            json!({"label": "brand", "values": {"y": 2, "*": 0}}),
            &brands(),
            &none,
            &[4, 5, 1, 2, 3, 6, 7, 8],
        ),
        ("rerank.channel_mix", json!({"places": {"b": [2, 4]}, "n": 6}), &none, &none, &[1, 5, 2, 6, 3, 4]),
        (
            "rerank.traffic_plan",
            json!({"plans": [{"name": "late", "when": "item.id >= 7", "min": 1, "max": 1}, {"name": "x", "when": "item.id <= 3", "max": 1}], "n": 4}),
            &none,
            &none,
            &[1, 4, 5, 7],
        ),
        // never shown items come first; among the shown ones 3 has the best mean, 2 the largest bonus
        ("rerank.ucb", json!({"c": 1.0, "n": 8}), &shows, &none, &[4, 5, 6, 7, 8, 2, 3, 1]),
        ("rerank.ucb", json!({"c": 0.0, "n": 7}), &shows, &none, &[4, 5, 6, 7, 8, 3, 1]),
        ("rerank.cold_start_boost", json!({"threshold": 100, "boost": 9}), &shows, &none, &[2, 4, 5, 6, 3, 7, 8, 1]),
    ];
    for (kind, params, data, request, expected) in cases {
        assert_eq!(rerank(kind, params.clone(), data, request), expected, "{kind} {params}");
    }
}

#[test]
fn random_re_rankers_follow_the_seed() {
    let items: Vec<_> = (0..50).map(|id| (id, id as f64 / 50.0)).collect();
    let data = json!({ "features": { "3": { "shows": 1000, "wins": 999 }, "4": { "shows": 1000, "wins": 1 } } });
    for (kind, params) in [
        ("rerank.sample", json!({"n": 20})),
        ("rerank.sample", json!({"temperature": 0.1})),
        ("rerank.thompson", json!({})),
        ("rerank.epsilon_greedy", json!({"epsilon": 0.5})),
    ] {
        let nodes = json!([fixed("s", &items), { "type": kind, "params": params }]);
        let order = |seed: u64| ids(&run(&nodes, &data, &json!({"seed": seed})).0);
        assert_eq!(order(1), order(1), "{kind}");
        assert_ne!(order(1), order(2), "{kind}");
        let (mut sorted, length) = (order(1), order(1).len());
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), length, "{kind}");
    }
    let thompson = json!([fixed("s", &items), { "type": "rerank.thompson" }]);
    let order = ids(&run(&thompson, &data, &json!({})).0);
    let place = |id: i64| order.iter().position(|other| *other == id).unwrap();
    assert!(place(3) < place(4), "{order:?}");
}

#[test]
fn epsilon_greedy_notes_the_propensity_of_each_random_choice() {
    let nodes =
        json!([fixed("s", &[(1, 0.5), (2, 0.4)]), { "type": "rerank.epsilon_greedy", "params": {"epsilon": 1} }]);
    let (_, record) = run(&nodes, &json!({}), &json!({}));
    assert_eq!(record.notes().len(), 2);
    assert!(record.notes()[0].reason.ends_with("explored at place 1 with propensity 0.500000"), "{:?}", record.notes());
}

#[test]
fn a_plan_without_enough_items_is_named() {
    let nodes = json!([fixed("s", &[(1, 0.5), (2, 0.4)]), { "type": "rerank.traffic_plan",
        "params": {"plans": [{"name": "new", "when": "item.id > 1", "min": 2}], "n": 2} }]);
    let (slate, _) = run(&nodes, &json!({}), &json!({}));
    assert_eq!(degraded(&slate), ["rerank.traffic_plan: plan \"new\" has 1 items, at least 2 expected"]);
}

#[test]
fn calibration_without_a_profile_leaves_the_list_and_says_so() {
    let nodes = json!([fixed("s", &[(2, 0.5), (1, 0.6)]), { "type": "rerank.calibration", "params": {"by": "brand"} }]);
    let (slate, _) = run(&nodes, &json!({}), &json!({}));
    assert_eq!(ids(&slate), [2, 1]);
    assert_eq!(degraded(&slate), ["rerank.calibration: request has no profile with weights by category"]);
}

#[test]
fn faults_of_re_rankers_have_a_path_and_a_rule() {
    for (kind, params, expected) in [
        ("rerank.dpp", json!({"window": 0}), "nodes[1].params.window: must be an integer of at least 1, found 0"),
        ("rerank.dpp", json!({"k": 1.5}), "nodes[1].params.k: must be an integer of at least 0, found 1.5"),
        ("rerank.mmr", json!({"lambda": 2}), "nodes[1].params.lambda: must be a number from 0 to 1"),
        ("rerank.weighted_interleave", json!({"weights": {"c": 1}}), "nodes[1].params.weights.c: is not a source"),
        (
            "rerank.weighted_interleave",
            json!({"weights": {"a": -1}}),
            "nodes[1].params.weights.a: must be a number of at least 0",
        ),
        (
            "rerank.group_quota",
            json!({"by": "x", "mode": "softmx"}),
            "nodes[1].params.mode: unknown name, nearest is \"softmax\"",
        ),
        (
            "rerank.group_quota",
            json!({"by": "x", "temperature": 0}),
            "nodes[1].params.temperature: must be a number above 0",
        ),
        ("rerank.group_quota", json!({"by": "x", "min": 3, "max": 2}), "nodes[1].params.max: must be at least min, 3"),
        ("rerank.diversity", json!({"constraints": []}), "nodes[1].params.constraints: must have at least 1 entry"),
        (
            "rerank.score_adjust",
            json!({"rules": [{"when": "item.x > 1"}]}),
            "nodes[1].params.rules[0].when: item has no field \"x\"",
        ),
        (
            "rerank.channel_mix",
            json!({"places": {"a": [0]}}),
            "nodes[1].params.places.a[0]: must be an integer of at least 1",
        ),
        (
            "rerank.traffic_plan",
            json!({"plans": [{"name": "x", "when": "true", "min": 3}], "n": 2}),
            "nodes[1].params.n: must be at least the sum of all min, 3",
        ),
        ("rerank.epsilon_greedy", json!({}), "nodes[1].params.epsilon: is required but missing"),
    ] {
        let nodes = json!([two_sources(), { "type": kind, "params": params }]);
        let faults =
            compile(&nodes, &Default::default()).err().unwrap_or_else(|| panic!("{kind} {params} has no fault"));
        assert_eq!(faults.0.len(), 1, "{kind}: {faults}");
        assert!(faults.to_string().starts_with(expected), "{kind}: {faults}");
    }
}
