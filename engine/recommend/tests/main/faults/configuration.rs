//! Faults of configuration: values that silently become defaults, parts that are built by the first request, names that
//! overwrite each other.

use live_pack_recommend::{Data, Format, Parts, Pipeline, Request, builtin};
use serde_json::{Value, json};

use crate::kit::{ask, compile, fixed, ids, parts};

fn faults(nodes: &Value) -> String {
    let found = compile(nodes, &Parts::default());
    found.err().unwrap_or_else(|| panic!("{nodes} has no fault")).to_string()
}

/// The fault: an unknown merge is `first`, an unknown order is descending, a duration without a unit is in seconds, an
/// unknown key is ignored.
#[test]
fn no_value_silently_becomes_a_default() {
    let source = || fixed("s", &[(1, 0.5)]);
    let fanout = |params: Value| {
        let mut params = params;
        params["sources"] = json!([source()]);
        json!([{ "type": "recall.fanout", "params": params }])
    };
    for (nodes, expected) in [
        (
            fanout(json!({"merge": {"strategy": "frist"}})),
            "nodes[0].params.merge.strategy: unknown name, nearest is \"first\"",
        ),
        (fanout(json!({"timeout": 5})), "nodes[0].params.timeout: must be a text"),
        (fanout(json!({"timeout": "5"})), "nodes[0].params.timeout: must be a duration such as 5ms"),
        (fanout(json!({"max_concurrent": "many"})), "nodes[0].params.max_concurrent: must be an integer"),
        (
            json!([{"type": "rank.sort", "params": {"by": [{"order": "downwards"}]}}]),
            "nodes[0].params.by[0].order: unknown name, known are descending, ascending",
        ),
        (json!([{"type": "rerank.topn", "params": {"top": 3}}]), "nodes[0].params.top: unknown key, known are n"),
        (json!([{"type": "rerank.topn", "params": {"n": "3"}}]), "nodes[0].params.n: must be an integer"),
        (json!([{"type": "rerank.dpp", "param": {"k": 3}}]), "nodes[0].param: unknown key, nearest is \"params\""),
        (
            json!([{"type": "rerank.mmr", "params": {"lambda": "high"}}]),
            "nodes[0].params.lambda: must be a number from 0 to 1",
        ),
    ] {
        let found = faults(&nodes);
        assert!(found.starts_with(expected), "{nodes}: {found}");
    }
}

/// The fault: the first request that needs a condition compiles it into a resident node while other requests read
/// that node.
#[test]
fn conditions_are_compiled_with_the_specification() {
    for nodes in [
        json!([{"type": "filter.expr", "params": {"expr": "item.score >"}}]),
        json!([{"type": "rerank.score_adjust", "params": {"rules": [{"when": "item.score >"}]}}]),
        json!([{"type": "rerank.traffic_plan", "params": {"plans": [{"name": "x", "when": "item.score >"}], "n": 1}}]),
        json!([{"type": "rerank.topn", "when": "request.params.a >"}]),
    ] {
        assert!(faults(&nodes).contains("must be CEL: "), "{nodes}");
    }
    let items: Vec<(i64, f64)> = (0..50).map(|id| (id, id as f64 / 50.0)).collect();
    let nodes = json!([fixed("s", &items), {"type": "filter.expr", "params": {"expr": "item.score > 0.3 && item.id != 40"}},
        {"type": "rerank.score_adjust", "params": {"rules": [{"when": "item.id > 45", "multiply": 0.5}]}},
        {"type": "rerank.sample", "params": {"n": 20}}]);
    let pipeline = compile(&nodes, &Parts::default()).unwrap_or_else(|faults| panic!("{faults}"));
    let first = ask(&pipeline, &Request::default()).0;
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..20 {
                    assert_eq!(ask(&pipeline, &Request::default()).0, first);
                }
            });
        }
    });
}

/// The fault: a source in YAML gets no store and answers with its static ids.
#[test]
fn a_source_in_yaml_reads_its_store() {
    let parts = Data::read(&json!({"stores": {"hot": [[5, 1], [4, 0.5]]}})).unwrap().into_parts("".into());
    let pipeline: Pipeline =
        Pipeline::from_text("nodes:\n  - type: recall.hot\n", Format::Yaml, &parts, &builtin()).unwrap();
    assert_eq!(ids(&ask(&pipeline, &Request::default()).0), [5, 4]);
}

/// The fault: statistics by name keep only the last of two nodes of one type.
#[test]
fn two_nodes_of_one_type_both_count() {
    let nodes = json!([fixed("s", &[(1, 0.9), (2, 0.8), (3, 0.7)]),
        {"type": "filter.expr", "params": {"expr": "item.id != 1"}}, {"type": "filter.expr", "params": {"expr": "item.id != 2"}}]);
    let pipeline = compile(&nodes, &parts(&json!({}))).unwrap_or_else(|faults| panic!("{faults}"));
    let (slate, record) = ask(&pipeline, &Request::default());
    assert_eq!((ids(&slate), slate.removed["filter.expr"]), (vec![3], 2));
    assert_eq!(record.timings().filter(|(node, _)| *node == "filter.expr").count(), 2);
    let named = json!([{"type": "rerank.topn", "name": "cut"}, {"type": "rerank.topn", "name": "cut"}]);
    assert_eq!(faults(&named), "nodes[1].name: must be unique among the nodes, found \"cut\"");
}

/// The fault: a time or price given as a string is kept and has no effect.
#[test]
fn a_feature_that_is_a_text_is_refused_with_its_place() {
    let error = Data::read(&json!({"features": {"1": {"born": "yesterday"}}})).unwrap_err().to_string();
    assert_eq!(error, "features.1.born: a number, true, false or null");
}
