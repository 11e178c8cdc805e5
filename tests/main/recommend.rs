//! `live-pack recommend` as a process: the commands of its contract, their output, and their exit status.

use std::{fs, process::Output};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::serve::live_pack;

/// A folder with documents, and commands run in it.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn with(self, name: &str, text: impl ToString) -> Self {
        fs::write(self.0.path().join(name), text.to_string()).unwrap();
        self
    }

    fn run(&self, arguments: &str) -> Output {
        let arguments: Vec<&str> = std::iter::once("recommend").chain(arguments.split(' ')).collect();
        live_pack(&arguments).current_dir(self.0.path()).output().unwrap()
    }

    fn json(&self, arguments: &str) -> Value {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn spec() -> Value {
    json!({ "nodes": [
        { "type": "recall.fanout", "params": {
            "sources": [ { "type": "recall.static", "name": "hot", "params": { "items": [["1", 0.9], ["2", 0.8]] } },
                         { "type": "recall.static", "name": "cf", "params": { "items": [["1", 0.95], ["3", 0.7]], "delay": "5ms" } },
                         { "type": "recall.static", "name": "late", "params": { "items": [["5", 1]], "delay": "30s" } },
                         { "type": "recall.static", "name": "dead", "params": { "items": [["6", 1]], "fail": true } } ],
            "merge": { "strategy": "quota", "quotas": { "hot": 2, "cf": 2 } }, "timeout": "300ms" } },
        { "type": "filter.expr", "params": { "expr": "item.features.price < 10.0" } },
        { "type": "rerank.topn", "params": { "n": 10 } } ] })
}

#[test]
fn run_prints_the_answer_and_nothing_else() {
    let data = json!({ "features": { "1": { "price": 3 }, "2": { "price": 30 }, "3": { "price": 9.5 } } });
    let folder =
        Folder::new().with("spec.json", spec()).with("data.json", data).with("request.json", r#"{"viewer": "101"}"#);
    let answer = folder.json("run --spec spec.json --data data.json --request request.json");
    assert_eq!(
        answer,
        json!({ "items": [
            { "id": "1", "score": 0.9, "padded": false, "sources": [
                { "source": "hot", "rank": 1, "score": 0.9 }, { "source": "cf", "rank": 1, "score": 0.95 }] },
            { "id": "3", "score": 0.7, "padded": false, "sources": [{ "source": "cf", "rank": 2, "score": 0.7 }] } ],
          "degraded": [ { "node": "late", "reason": "timeout after 300ms" },
                        { "node": "dead", "reason": "set to fail by its parameters" } ],
          "removed": { "filter.expr": 1 } })
    );
    let why = folder.json("run --spec spec.json --data data.json --why 2");
    assert_eq!(why["removed_by"], "filter.expr");
    assert_eq!(why["reason"], "the condition does not hold");
    let mut keys: Vec<_> = why.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    assert_eq!(keys, ["contributions", "id", "moves", "reason", "removed_by", "score", "sources"]);
}

#[test]
fn an_empty_or_degraded_answer_succeeds_and_bad_input_does_not() {
    let folder = Folder::new()
        .with("empty.json", r#"{"nodes": []}"#)
        .with("bad.json", r#"{"nodes": [{"type": "rerank.top_n"}, {"type": "rerank.topn", "params": {"n": -1}}]}"#)
        .with("broken.json", "{")
        .with("request.json", r#"{"veiwer": 1}"#)
        .with("list.json", "[]")
        .with("scenes.yaml", "scenes:\n  live: {nodes: []}\n");
    assert_eq!(folder.json("run --spec empty.json"), json!({ "items": [], "degraded": [], "removed": {} }));
    for (arguments, message) in [
        ("run --spec bad.json", "nodes[0].type: unknown type, nearest is \"rerank.topn\""),
        ("run --spec broken.json", "must be JSON: EOF"),
        ("run --spec none.json", "cannot read none.json"),
        ("run --spec empty.json --request request.json", "request.json: veiwer: unknown field `veiwer`"),
        ("run --spec empty.json --request list.json", "list.json: must be an object, found []"),
        ("run --spec empty.json --data list.json", "list.json: must be an object, found []"),
        ("run --spec list.json", "must be an object with nodes or scenes, found []"),
        ("run --spec scenes.yaml", "request.scene: no pipeline for scene \"*\""),
        ("nodes rerank.dp", "nearest is \"rerank.dpp\""),
    ] {
        let output = folder.run(arguments);
        assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(1), ""), "{arguments}");
        assert!(stderr(&output).contains(message), "{arguments}: {}", stderr(&output));
    }
}

#[test]
fn check_prints_one_fault_per_line() {
    let folder = Folder::new()
        .with("good.json", spec())
        .with(
            "bad.json",
            r#"{"nodes": [{"type": "rerank.top_n"}, {"type": "rerank.topn", "params": {"n": -1, "m": 2}}]}"#,
        )
        .with("broken.json", "{\"nodes\": [}");
    let good = folder.run("check --spec good.json");
    assert_eq!((good.status.code(), stdout(&good).as_str()), (Some(0), ""));
    assert!(stderr(&good).contains("no faults"));
    let bad = folder.run("check --spec bad.json");
    assert_eq!((bad.status.code(), stdout(&bad).lines().count()), (Some(1), 3), "{}", stdout(&bad));
    let broken = folder.run("check --spec broken.json");
    assert_eq!((broken.status.code(), stdout(&broken).lines().count()), (Some(1), 1), "{}", stdout(&broken));
}

#[test]
fn nodes_lists_the_types_and_shows_the_parameters_of_one() {
    let folder = Folder::new();
    let list = stdout(&folder.run("nodes"));
    for kind in ["recall.fanout", "recall.static", "filter.expr", "rerank.dpp", "rank.gbdt", "postprocess.padding"] {
        assert!(list.lines().any(|line| line == kind), "{kind}");
    }
    let schema = folder.json("nodes rerank.dpp");
    assert_eq!(schema["properties"]["window"]["minimum"], 1);
    for kind in list.lines() {
        assert_eq!(folder.json(&format!("nodes {kind}"))["type"], "object", "{kind}");
    }
}
