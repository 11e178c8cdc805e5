//! Faults of specifications, scenes and their replacement.

use live_pack_recommend::{Parts, Recommender, Scenes, builtin};
use serde_json::{Value, json};

use crate::kit::{compile, fixed};

#[test]
fn each_fault_has_a_path_a_rule_and_the_value_found() {
    for (nodes, expected) in [
        (json!([{"type": "rerank.top_n"}]), "nodes[0].type: unknown type, nearest is \"rerank.topn\""),
        (json!([{"type": "rerank.topn", "params": {"m": 1}}]), "nodes[0].params.m: unknown key, known are n, found 1"),
        (
            json!([{"type": "rerank.topn", "params": {"n": -1}}]),
            "nodes[0].params.n: must be an integer of at least 0, found -1",
        ),
        (json!([{"type": "rerank.topn", "params": 7}]), "nodes[0].params: must be an object, found 7"),
        (json!([{"typ": "rerank.topn"}]), "nodes[0].typ: unknown key, nearest is \"type\""),
        (
            json!([{"type": "rerank.topn", "when": "request.scne == 'x'"}]),
            "nodes[0].when: request has no field \"scne\"",
        ),
        (json!([{"type": "rerank.topn", "timeout": "5"}]), "nodes[0].timeout: must be a duration such as 5ms"),
        (
            json!([{"type": "recall.static", "params": {"items": [["x", 1]]}}]),
            "nodes[0].params.items[0][0]: must be an id",
        ),
        (
            json!([{"type": "recall.static", "params": {"items": [["1"]]}}]),
            "nodes[0].params.items[0]: must have 2 entries",
        ),
        (json!([{"type": "recall.static", "params": {}}]), "nodes[0].params.items: is required but missing"),
        (
            json!([{"type": "recall.fanout", "params": {"sources": []}}]),
            "nodes[0].params.sources: must have at least 1 entry",
        ),
        (json!(3), "nodes: must be a list, found 3"),
    ] {
        let faults = compile(&nodes, &Parts::default()).err().unwrap_or_else(|| panic!("{nodes} has no fault"));
        assert!(faults.to_string().starts_with(expected), "{nodes}: {faults}");
    }
}

#[test]
fn a_specification_with_twenty_faults_reports_twenty() {
    let spec = json!({ "timeout": 5, "nodes": [
        { "type": "recall.fanout", "name": "all", "params": {
            "sources": [
                { "type": "recall.statik", "name": "a" },
                { "type": "recall.static", "name": "b", "params": { "items": [["1", 1.0], ["x", 1.0]], "dealy": "5ms" } },
                { "type": "recall.static", "name": "b", "params": { "items": [], "delay": "5 parsecs" } },
                { "type": "rerank.topn", "name": "c" },
                { "type": "recall.static", "name": "d", "on_error": "ignroe", "timeout": "x", "params": { "items": [] } } ],
            "merge": { "strategy": "quota", "quotas": { "e": 1, "a": -1 }, "order": ["f"], "k": 3 },
            "timeout": "soon", "max_concurrent": 0, "again": { "below": 1 } } },
        { "type": "rerank.topn", "name": "all", "params": { "n": "many" }, "when": "item.id == 1" },
        { "params": {} } ] });
    let faults = live_pack_recommend::Pipeline::<()>::compile(&spec, &Parts::default(), &builtin()).err().unwrap();
    let lines: Vec<String> = faults.0.iter().map(ToString::to_string).collect();
    assert_eq!(lines.len(), 20, "{}", lines.join("\n"));
    let mut paths: Vec<_> = faults.0.iter().map(|fault| fault.path.as_str()).collect();
    paths.sort_unstable();
    paths.dedup();
    assert_eq!(paths.len(), 20, "each fault is reported once: {}", lines.join("\n"));
}

#[test]
fn scenes_choose_the_pipeline_and_report_all_their_faults() {
    let one = |id: i64| json!({ "nodes": [fixed("s", &[(id, 1.0)])] });
    let scenes: Scenes =
        Scenes::compile(&json!({"scenes": {"live": one(1), "*": one(2)}}), &Parts::default(), &builtin()).unwrap();
    assert!(!std::sync::Arc::ptr_eq(scenes.get(Some("live")).unwrap(), scenes.get(None).unwrap()));
    assert!(std::sync::Arc::ptr_eq(scenes.get(Some("other")).unwrap(), scenes.get(None).unwrap()));
    let alone: Scenes = Scenes::compile(&json!({"scenes": {"live": one(1)}}), &Parts::default(), &builtin()).unwrap();
    let error = alone.get(Some("lvie")).err().unwrap().to_string();
    assert_eq!(error, "request.scene: no pipeline for scene \"lvie\", nearest is \"live\"; known are live");
    let bad = json!({"scenes": {"a": {"nodes": [{"type": "x"}]}, "b": {"nodes": 1}}, "more": 1});
    let faults = Scenes::<()>::compile(&bad, &Parts::default(), &builtin()).err().unwrap();
    let paths: Vec<_> = faults.0.iter().map(|fault| fault.path.as_str()).collect();
    assert_eq!(paths, ["more", "scenes.a.nodes[0].type", "scenes.b.nodes"]);
    for document in [json!([]), json!({}), json!({"scenes": {}}), json!({"scenes": 1})] {
        assert!(Scenes::<()>::compile(&document, &Parts::default(), &builtin()).is_err(), "{document}");
    }
}

#[test]
fn a_faulty_replacement_keeps_the_last_good_scenes() {
    let spec = |n: Value| json!({"nodes": [{"type": "rerank.topn", "params": {"n": n}}]});
    let recommender: Recommender =
        Recommender::new(Scenes::compile(&spec(json!(1)), &Parts::default(), &builtin()).unwrap());
    let before = recommender.scenes();
    assert!(recommender.reload(&spec(json!("x")), &Parts::default(), &builtin()).is_err());
    assert!(std::sync::Arc::ptr_eq(&before, &recommender.scenes()));
    recommender.reload(&spec(json!(2)), &Parts::default(), &builtin()).unwrap();
    assert!(!std::sync::Arc::ptr_eq(&before, &recommender.scenes()));
}
