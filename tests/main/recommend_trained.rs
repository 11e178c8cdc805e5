//! From a log of interactions to an answer with commands alone: `recommend train`, then `recommend run` with the artefact.

use std::path::Path;

use serde_json::{Value, json};

use super::recommend_offline::log;
use crate::serve::run;

/// Writes a document into a folder and returns its path.
fn document(folder: &Path, name: &str, value: &Value) -> String {
    let path = folder.join(name);
    std::fs::write(&path, value.to_string()).unwrap();
    path.to_str().unwrap().to_owned()
}

fn train(arguments: &[&str]) {
    let (status, out, err) = run(&[&["recommend", "train"], arguments].concat());
    assert_eq!((status, out.as_str()), (Some(0), ""), "{err}");
}

fn answer(arguments: &[&str]) -> Value {
    let (status, out, err) = run(&[&["recommend", "run"], arguments].concat());
    assert_eq!(status, Some(0), "{err}");
    let answer: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(answer["degraded"], json!([]), "{answer}");
    answer
}

fn first(answer: &Value) -> &str {
    answer["items"][0]["id"].as_str().unwrap()
}

#[test]
fn each_algorithm_recalls_what_it_learned() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let log = log(folder);
    for (algorithm, params, node) in [
        ("popularity", "{}", "recall.hot"),
        ("ease", r#"{"lambda":1}"#, "recall.i2i"),
        ("item-cosine", r#"{"k":4}"#, "recall.i2i"),
        ("user-cosine", r#"{"k":10}"#, "recall.u2i"),
        ("rp3beta", r#"{"k":4}"#, "recall.i2i"),
        ("swing", r#"{"k":4}"#, "recall.i2i"),
        ("ials", r#"{"dim":4,"sweeps":8,"alpha0":0.1,"seed":1}"#, "recall.mf"),
        ("bpr", r#"{"dim":4,"epochs":100,"seed":1}"#, "recall.mf"),
    ] {
        let out = folder.join("models").join(algorithm);
        let log = log.to_str().unwrap();
        train(&["--interactions", log, "--algorithm", algorithm, "--params", params, "--out", out.to_str().unwrap()]);
        let model = json!({ "type": node, "name": "trained", "params": { "model": format!("models/{algorithm}") } });
        let nodes = json!({ "nodes": [model, { "type": "filter.seen_in_session", "params": {"list": "history"} }] });
        let spec = document(folder, "spec.json", &nodes);
        // users 6 and 7 have all items of their group but one
        for (user, group, missing) in [(6, 0, 1), (7, 10, 12)] {
            let history: Vec<i64> = (group..group + 5).filter(|item| *item != missing).collect();
            let request = json!({ "viewer": user, "realtime": { "history": history } });
            let found = answer(&["--spec", &spec, "--request", &document(folder, "request.json", &request)]);
            assert_eq!(found["items"][0]["sources"][0]["source"], "trained");
            // popularity ignores the viewer: all items are equally popular, and the first unseen id is the lowest
            let expected = match (algorithm, user) {
                ("popularity", 7) => 0,
                _ => missing,
            };
            assert_eq!(first(&found), expected.to_string(), "{algorithm}, user {user}: {found}");
        }
    }
}

#[test]
fn a_trained_regression_ranks_and_explains() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let lines = (0..200).map(|n| {
        let (price, stars) = (n % 20, n % 7);
        json!({ "features": { "price": price, "stars": stars }, "label": u8::from(price * 2 < stars * 5) }).to_string()
    });
    std::fs::write(folder.join("examples.jsonl"), lines.collect::<Vec<_>>().join("\n")).unwrap();
    let (examples, out) = (folder.join("examples.jsonl"), folder.join("lr"));
    train(&["--algorithm", "lr", "--examples", examples.to_str().unwrap(), "--out", out.to_str().unwrap()]);
    let spec = document(
        folder,
        "spec.json",
        &json!({ "nodes": [{ "type": "recall.static", "params": { "items": [["1", 1], ["2", 1], ["3", 1]] } },
            { "type": "feature.enrich", "params": { "item": ["price", "stars"] } }, { "type": "rank.lr", "params": { "model": "lr", "output": "logit" } }] }),
    );
    let features = json!({ "features": { "1": { "price": 19, "stars": 1 }, "2": { "price": 1, "stars": 6 }, "3": { "price": 10, "stars": 4 } } });
    let data = document(folder, "data.json", &features);
    let found = answer(&["--spec", &spec, "--data", &data]);
    let ids: Vec<_> = found["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["2", "3", "1"]);
    let (_, why, _) = run(&["recommend", "run", "--spec", &spec, "--data", &data, "--why", "2"]);
    let why: Value = serde_json::from_str(&why).unwrap();
    let sum: f64 = why["contributions"].as_object().unwrap().values().map(|part| part.as_f64().unwrap()).sum();
    let logit = found["items"][0]["score"].as_f64().unwrap();
    assert!((sum - logit).abs() < 1e-9, "{why}");
}

#[test]
fn an_artefact_that_was_changed_is_a_fault_of_the_specification() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (log, out) = (log(folder), folder.join("model"));
    train(&["--interactions", log.to_str().unwrap(), "--algorithm", "ease", "--out", out.to_str().unwrap()]);
    let spec =
        document(folder, "spec.json", &json!({ "nodes": [{ "type": "recall.i2i", "params": { "model": "model" } }] }));
    assert_eq!(run(&["recommend", "check", "--spec", &spec]).0, Some(0));
    let other =
        document(folder, "other.json", &json!({ "nodes": [{ "type": "recall.mf", "params": { "model": "model" } }] }));
    let mut bytes = std::fs::read(out.join("items.bin")).unwrap();
    let last = bytes.len() - 3;
    bytes[last] ^= 1;
    let (status, found, _) = run(&["recommend", "check", "--spec", &other]);
    assert_eq!(
        (status, found.as_str()),
        (Some(1), "nodes[0].params.model: must be an artefact of kind vectors, found \"model\"\n")
    );
    std::fs::write(out.join("items.bin"), bytes).unwrap();
    let (status, found, _) = run(&["recommend", "check", "--spec", &spec]);
    assert_eq!((status, found.lines().count()), (Some(1), 1), "{found}");
    assert!(
        found.starts_with("nodes[0].params.model: must be a usable artefact: ") && found.contains("SHA-256"),
        "{found}"
    );
}
