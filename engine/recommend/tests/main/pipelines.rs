//! Fan-out, deadlines, error rules, filters, and the record.

use live_pack_recommend::{
    Call, Candidates, Configure, Effect, Node, NodeType, Pipeline, Request, Site, Work, builtin,
};
use serde_json::{Value, json};

use crate::kit::{ask, degraded, fixed, ids, parts, run};

fn fanout(sources: Value, more: Value) -> Value {
    let mut params = more;
    params["sources"] = sources;
    json!([{ "type": "recall.fanout", "params": params }])
}

#[test]
fn the_example_of_the_contract() {
    let nodes = json!([
        { "type": "recall.fanout", "params": {
            "sources": [ { "type": "recall.static", "name": "hot", "params": { "items": [["1", 0.9], ["2", 0.8]] } },
                         { "type": "recall.static", "name": "cf", "params": { "items": [["1", 0.95], ["3", 0.7]], "delay": "5ms" } } ],
            "merge": { "strategy": "quota", "quotas": { "hot": 2, "cf": 2 } }, "timeout": "100ms" } },
        { "type": "rerank.topn", "params": { "n": 10 } } ]);
    let (slate, record) = run(&nodes, &json!({}), &json!({}));
    assert_eq!(
        slate.json(&record),
        json!({ "items": [
            { "id": "1", "score": 0.9, "padded": false, "sources": [{ "source": "hot", "rank": 1, "score": 0.9 }, { "source": "cf", "rank": 1, "score": 0.95 }] },
            { "id": "2", "score": 0.8, "padded": false, "sources": [{ "source": "hot", "rank": 2, "score": 0.8 }] },
            { "id": "3", "score": 0.7, "padded": false, "sources": [{ "source": "cf", "rank": 2, "score": 0.7 }] } ],
          "degraded": [], "removed": {} })
    );
}

#[test]
fn a_source_that_fails_or_is_late_is_left_out_and_named() {
    let mut late = fixed("late", &[(3, 1.0)]);
    late["params"]["delay"] = "200ms".into();
    let mut dead = fixed("dead", &[(4, 1.0)]);
    dead["params"]["fail"] = true.into();
    let mut slow = fixed("slow", &[(5, 1.0)]);
    slow["params"]["delay"] = "60ms".into();
    slow["timeout"] = "50ms".into();
    let nodes = fanout(json!([fixed("hot", &[(1, 0.5)]), late, dead, slow]), json!({"timeout": "100ms"}));
    let (slate, _) = run(&nodes, &json!({}), &json!({}));
    assert_eq!(ids(&slate), [1]);
    assert_eq!(
        degraded(&slate),
        ["late: timeout after 100ms", "dead: set to fail by its parameters", "slow: timeout after 50ms"]
    );
}

#[test]
fn error_rules_hold_within_the_deadline() {
    let dead = |on_error: Value| {
        let mut source = fixed("dead", &[(4, 1.0)]);
        source["params"]["fail"] = true.into();
        source["on_error"] = on_error;
        source
    };
    let hot = fixed("hot", &[(1, 0.5)]);
    let fallback = json!({"fallback": {"source": {"type": "recall.static", "params": {"items": [[9, 0.1]]}}}});
    for (rule, expected, named) in [
        (json!("ignore"), vec![1], "dead: set to fail by its parameters"),
        (fallback, vec![1, 9], "dead: set to fail by its parameters; the fallback answered"),
        (json!({"retry": {"times": 3, "backoff": "10ms"}}), vec![1], "dead: set to fail by its parameters"),
        (json!("fail"), vec![], "recall.fanout: source \"dead\" failed: set to fail by its parameters"),
    ] {
        let nodes = fanout(json!([hot, dead(rule.clone())]), json!({"timeout": "20ms"}));
        let (slate, _) = run(&nodes, &json!({}), &json!({}));
        assert_eq!(ids(&slate), expected, "{rule}");
        assert_eq!(degraded(&slate), [named], "{rule}");
    }
}

#[test]
fn a_second_recall_appends_to_the_first_and_both_are_named() {
    let nodes = json!([fixed("a", &[(1, 0.1), (2, 0.2)]), fixed("b", &[(2, 9.0), (3, 0.3)])]);
    let (slate, record) = run(&nodes, &json!({}), &json!({}));
    assert_eq!(ids(&slate), [1, 2, 3]);
    assert_eq!(slate.items[1].score, 0.2, "the owner's score stays");
    let names: Vec<_> = slate.items[1].sources.iter().map(|source| record.source_name(source.source)).collect();
    assert_eq!(names, ["a", "b"]);
}

#[test]
fn a_fan_out_can_be_a_source_of_another() {
    let mut dead = fixed("dead", &[]);
    dead["params"]["fail"] = true.into();
    let inner = json!({ "type": "recall.fanout", "name": "inner",
        "params": { "sources": [fixed("x", &[(1, 0.1)]), fixed("y", &[(2, 0.2)]), dead], "merge": {"strategy": "rrf"} } });
    let nodes = fanout(json!([fixed("hot", &[(2, 5.0)]), inner]), json!({}));
    let (slate, record) = run(&nodes, &json!({}), &json!({}));
    assert_eq!(ids(&slate), [2, 1]);
    let names: Vec<_> = slate.items[1].sources.iter().map(|source| record.source_name(source.source)).collect();
    assert_eq!(names, ["inner", "x"]);
    assert_eq!(degraded(&slate), ["dead: set to fail by its parameters"]);
}

#[test]
fn a_huge_source_is_capped_and_a_broken_score_is_refused_by_name() {
    let items: Vec<(i64, f64)> = (0..20_000).map(|id| (id, 1.0)).collect();
    let (slate, _) = run(&fanout(json!([fixed("huge", &items)]), json!({})), &json!({}), &json!({}));
    assert_eq!(slate.items.len(), 10_000);
    assert_eq!(degraded(&slate), ["huge: 20000 hits, only the first 10000 are used"]);
    let broken =
        json!([{ "type": "recall.static", "name": "s", "params": { "items": [["1", "NaN"], ["2", "inf"], [3, 1]] } }]);
    let (slate, record) = run(&broken, &json!({}), &json!({}));
    assert_eq!(ids(&slate), [3]);
    assert_eq!(slate.removed, [("s".to_owned(), 2)].into());
    let why = record.why(1);
    assert_eq!((why.removed_by.as_deref(), why.reason.as_deref()), (Some("s"), Some("score is not a number")));
}

#[test]
fn excluded_items_are_removed_once_all_are_recalled() {
    let nodes = json!([fixed("a", &[(1, 0.1), (4, 0.2)]), { "type": "rerank.topn", "params": {"n": 1} }]);
    let (slate, record) = run(&nodes, &json!({}), &json!({"exclude": ["1"]}));
    assert_eq!(ids(&slate), [4]);
    assert_eq!(slate.removed, [("filter.exclude".to_owned(), 1)].into());
    let why = record.why(1);
    assert_eq!(why.removed_by.as_deref(), Some("filter.exclude"));
    assert_eq!(why.reason.as_deref(), Some("excluded by the request"));
}

#[test]
fn why_shows_the_history_of_each_item() {
    let sources = json!([fixed("a", &[(1, 0.1), (2, 0.2), (3, 0.3)]), fixed("b", &[(2, 7.0), (9, 1.0)])]);
    let mut nodes = fanout(sources, json!({"merge": {"strategy": "quota", "quotas": {"a": 3}}}));
    nodes.as_array_mut().unwrap().push(json!({ "type": "rerank.topn", "params": {"n": 2} }));
    let (_, record) = run(&nodes, &json!({}), &json!({}));
    assert_eq!(
        record.why(2).json(&record),
        json!({ "id": "2", "score": 0.2, "contributions": {}, "removed_by": null, "reason": null,
            "sources": [{"source": "a", "rank": 2, "score": 0.2}, {"source": "b", "rank": 1, "score": 7.0}],
            "moves": [{"node": "recall.fanout", "from": null, "to": 2, "score_from": null, "score_to": 0.2}] })
    );
    let cut = record.why(3);
    assert_eq!((cut.removed_by.as_deref(), cut.reason.as_deref()), (Some("rerank.topn"), Some("not chosen")));
    let lost = record.why(9);
    assert_eq!(lost.removed_by.as_deref(), Some("recall.fanout"));
    assert_eq!(lost.reason.as_deref(), Some("found, but the merge had no place for it"));
    assert_eq!(record.why(77).reason.as_deref(), Some("no source found it"));
}

/// A node that misbehaves as its parameters say.
#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Misbehaves {
    how: String,
}

impl Configure<()> for Misbehaves {
    const TYPE: &'static str = "test.misbehaves";
    type Params = Self;

    fn configure(params: Self, _: &mut Site<'_, '_, ()>) -> Option<Self> {
        Some(params)
    }
}

impl Node<()> for Misbehaves {
    fn run<'a>(&'a self, _: &'a Call<'a>, list: &'a Candidates) -> Work<'a, Effect> {
        match self.how.as_str() {
            "panic" => panic!("at once"),
            "late panic" => Work::later(async {
                tokio::task::yield_now().await;
                panic!("later")
            }),
            "hang" => Work::later(std::future::pending()),
            "nan" => Work::now(Effect::scores(list.scores().iter().map(|_| f64::NAN).collect())),
            "short" => Work::now(Effect::scores(vec![])),
            "twice" => Work::now(Effect::order(vec![0, 0])),
            _ => Work::now(Effect::order(vec![99])),
        }
    }
}

#[test]
fn a_weak_node_that_fails_equals_its_absence() {
    let types = || builtin().with(NodeType::node::<Misbehaves>());
    for (how, reason) in [
        ("panic", "panicked: at once"),
        ("late panic", "panicked: later"),
        ("hang", "timeout after 50ms"),
        ("short", "violates a rule for nodes: one score per item"),
        ("twice", "violates a rule for nodes: an order has each position once"),
        ("outside", "violates a rule for nodes: positions of an order are inside the list"),
    ] {
        let nodes = json!([fixed("a", &[(2, 0.1), (1, 0.2)]), { "type": "test.misbehaves", "params": {"how": how}, "timeout": "50ms" },
            { "type": "rerank.topn", "params": {"n": 1} }]);
        let pipeline = Pipeline::compile(&json!({"nodes": nodes}), &parts(&json!({})), &types()).unwrap();
        let (slate, _) = ask(&pipeline, &Request::default());
        assert_eq!(ids(&slate), [2], "{how}");
        assert_eq!(degraded(&slate), [format!("test.misbehaves: {reason}")], "{how}");
    }
}

#[test]
fn a_node_that_scores_nan_removes_those_items_with_the_reason() {
    let nodes = json!([fixed("a", &[(2, 0.1), (1, 0.2)]), { "type": "test.misbehaves", "params": {"how": "nan"} }]);
    let types = builtin().with(NodeType::node::<Misbehaves>());
    let pipeline = Pipeline::compile(&json!({"nodes": nodes}), &parts(&json!({})), &types).unwrap();
    let (slate, record) = ask(&pipeline, &Request::default());
    assert_eq!(slate.removed, [("test.misbehaves".to_owned(), 2)].into());
    assert_eq!(record.why(1).reason.as_deref(), Some("score is not a number"));
}

#[test]
fn a_strong_node_that_fails_ends_the_request() {
    let nodes =
        json!([fixed("a", &[(1, 1.0)]), { "type": "test.misbehaves", "params": {"how": "panic"}, "strong": true }]);
    let types = builtin().with(NodeType::node::<Misbehaves>());
    let pipeline = Pipeline::compile(&json!({"nodes": nodes}), &parts(&json!({})), &types).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let request = Request::default();
    let until = std::time::Duration::from_secs(1);
    let error = runtime
        .block_on(async {
            let ask = live_pack_recommend::Ask::new(&request);
            pipeline.recommend(&ask, tokio::time::Instant::now() + until).await
        })
        .unwrap_err();
    assert_eq!(error.to_string(), "strong node \"test.misbehaves\" failed: panicked: at once");
}

#[test]
fn a_condition_over_the_request_switches_a_node() {
    let nodes = json!([fixed("a", &[(2, 0.1), (1, 0.2)]),
        { "type": "rerank.topn", "params": {"n": 1}, "when": "request.params.short" }]);
    assert_eq!(ids(&run(&nodes, &json!({}), &json!({"params": {"short": true}})).0), [2]);
    assert_eq!(ids(&run(&nodes, &json!({}), &json!({})).0), [2, 1]);
}

#[test]
fn dropped_columns_leave_the_answer_and_stay_in_the_record() {
    let nodes = |drop: Value| {
        json!([fixed("a", &[(1, 0.1), (2, 0.2)]), fixed("b", &[(2, 7.0)]), { "type": "feature.enrich", "params": {"item": ["x"]} },
            { "type": "postprocess.truncate_fields", "params": {"drop": drop} }])
    };
    for (drop, named) in
        [(json!(["sources"]), false), (json!(["features"]), true), (json!(["sources", "features"]), false)]
    {
        let (slate, record) = run(&nodes(drop.clone()), &json!({}), &json!({}));
        assert_eq!((ids(&slate), degraded(&slate)), (vec![1, 2], vec![]), "{drop}");
        assert_eq!(slate.items.iter().all(|item| item.sources.is_empty()), !named, "{drop}");
        assert_eq!(
            slate.json(&record)["items"][1]["sources"].as_array().map(Vec::len),
            Some(if named { 2 } else { 0 })
        );
        assert_eq!(record.why(2).sources.len(), 2, "{drop}");
    }
    for (drop, expected) in [
        (json!([]), "nodes[3].params.drop: must have at least 1 entry"),
        (json!(["source"]), "nodes[3].params.drop[0]: unknown name, nearest is \"sources\""),
    ] {
        let faults = crate::kit::compile(&nodes(drop), &parts(&json!({}))).err().unwrap().to_string();
        assert!(faults.starts_with(expected), "{faults}");
    }
}
