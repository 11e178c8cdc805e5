//! Whole answers, kept as files: every method over rooms of every kind, at an instant that stands still.
//!
//! `tests/golden/<method>/<room>.json` holds the answer with its fields in the order of their names. A change of any
//! answer fails here and names the fields that differ; where it is meant, `UPDATE_GOLDEN=1 cargo test -p live-pack --test
//! main golden` writes the files anew. Their diff is read before it is committed.

use std::{env, fs, path::PathBuf};

use serde_json::Value;

use crate::{
    any::{Line, differences},
    methods::{BUYER, Viewer, all},
    stack::Stack,
};

/// A room, and who looks at it: where the room is not in the US, somebody who lives there.
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

#[tokio::test]
async fn every_answer_is_the_one_on_file() {
    let update = env::var("UPDATE_GOLDEN").is_ok_and(|value| value == "1");
    let stack = Stack::start().await;
    let mut line = Line::to(&stack).await;
    let mut faults = Vec::new();
    for method in all() {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(method.name);
        for (room_id, viewer) in CASES {
            let file = folder.join(format!("{room_id}.json"));
            let answer = line.ask(method.name, &method.request(room_id, viewer)).await.0;
            if update {
                fs::create_dir_all(&folder).unwrap();
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
    assert!(faults.is_empty(), "answers that are not the ones on file:\n{}", faults.join("\n"));
}

#[test]
fn every_file_belongs_to_a_case() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let files = fs::read_dir(root).unwrap().flat_map(|folder| fs::read_dir(folder.unwrap().path()).unwrap());
    let known = |file: &fs::DirEntry| {
        let path = file.path();
        let method = path.parent().unwrap().file_name().unwrap().to_str().unwrap();
        let room = path.file_stem().unwrap().to_str().unwrap();
        all().any(|known| known.name == method) && CASES.iter().any(|(id, _)| id.to_string() == room)
    };
    let strange: Vec<_> = files.map(Result::unwrap).filter(|file| !known(file)).collect();
    assert!(strange.is_empty(), "{strange:?}");
}
