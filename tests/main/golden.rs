//! Golden files of whole answers: every method over rooms of every kind, at a frozen instant.
//!
//! `tests/golden/<method>/<room>.json` holds the answer with its fields sorted by name. A change of any answer fails here, and
//! the message lists the fields that differ. If the change is intended, `UPDATE_GOLDEN=1 cargo test -p live-pack --test main
//! golden` rewrites the files. Review their diff before you commit it.

use std::{env, fs, path::PathBuf};

use serde_json::{Value, json};

use crate::{
    json_client::{JsonClient, differences},
    methods::{BUYER, Method, Viewer, all},
    stack::{Setup, Stack, engines},
};

/// A room and its viewer: for a room outside the US, a viewer in its region.
const CASES: [(i64, Viewer); 10] = [
    (1001, BUYER),
    (1003, BUYER),
    (1004, BUYER),
    (1006, BUYER),
    (1007, BUYER),
    (1009, BUYER),
    (1010, BUYER),
    (2003, Viewer { user_id: 203, region: "ID", language: "id" }),
    (2009, Viewer { user_id: 209, region: "JP", language: "ja" }),
    (2010, Viewer { user_id: 210, region: "DE", language: "de" }),
];

/// The files that an answer of this stack differs from, with the fields.
async fn differing(stack: &Stack) -> Vec<String> {
    let mut line = JsonClient::to(stack).await;
    let mut faults = Vec::new();
    for method in all() {
        for (room_id, viewer) in CASES {
            let file = file(method, room_id);
            let answer = line.ask(method.name, &method.request(room_id, viewer)).await.0;
            if env::var("UPDATE_GOLDEN").is_ok_and(|value| value == "1") {
                fs::create_dir_all(file.parent().unwrap()).unwrap();
                fs::write(&file, serde_json::to_string_pretty(&answer).unwrap() + "\n").unwrap();
                continue;
            }
            let due = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            let due: Value = serde_json::from_str(&due).unwrap();
            if answer != due {
                faults.push(format!("{}/{room_id}: {:?}", method.name, differences(&due, &answer)));
            }
        }
    }
    faults
}

fn file(method: &Method, room_id: i64) -> PathBuf {
    root().join(method.name).join(format!("{room_id}.json"))
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

#[tokio::test]
async fn every_answer_matches_its_golden_file_in_every_mode() {
    let mode = |mode: &str| {
        let entry = json!({ "mode": mode, "timeout": "3s", "reserve": "20ms" });
        Setup::default().conf("LivePackEngineConf", engines(entry))
    };
    for (name, setup) in [
        ("a stage after the other", mode("staged")),
        ("each task as soon as it can", mode("dag")),
        ("without caches", Setup::default().without_caches()),
        ("without memories", Setup::default().without_memories()),
    ] {
        let stack = setup.start().await;
        // the second time, cards and folds come from the cache
        for turn in ["first", "second"] {
            let faults = differing(&stack).await;
            let faults = faults.join("\n");
            assert!(faults.is_empty(), "{name}, {turn} time, answers that differ from the golden files:\n{faults}");
        }
    }
}

#[test]
fn every_file_belongs_to_a_case() {
    let files = fs::read_dir(root()).unwrap().flat_map(|folder| fs::read_dir(folder.unwrap().path()).unwrap());
    let known = |file: &fs::DirEntry| {
        let path = file.path();
        let method = path.parent().unwrap().file_name().unwrap().to_str().unwrap();
        let room = path.file_stem().unwrap().to_str().unwrap();
        all().any(|known| known.name == method) && CASES.iter().any(|(id, _)| id.to_string() == room)
    };
    let strange: Vec<_> = files.map(Result::unwrap).filter(|file| !known(file)).collect();
    assert!(strange.is_empty(), "{strange:?}");
}
