//! The file and the commands of docs/mocks.md, as printed.

use std::{fs, path::Path};

use live_pack::{settings::Environment, wiring};
use serde_json::Value;

use super::snippets::{assert_printed, blocks, commands, matches, read, sessions};
use crate::serve::{Serve, run};

const DOCUMENT: &str = "docs/mocks.md";
const FILE: &str = "livePackDownstreamRpcMock.json";
const PORTS: [&str; 4] = ["--addr", "127.0.0.1:0", "--ops-addr", "127.0.0.1:0"];

/// The file of the document.
fn file() -> String {
    let (blocks, _) = blocks(&read(DOCUMENT));
    let mut files = blocks.into_iter().filter(|block| block.language == "json").map(|block| block.code);
    files.next().unwrap()
}

/// Output of a command of the document against a server.
fn printed(command: &str, addr: &str) -> String {
    let (command, wanted) = command.split_once(" | grep ").unwrap_or((command, ""));
    let words: Vec<_> = command.split(' ').skip(1).chain(["--addr", addr]).collect();
    let (_, out, error) = run(&words);
    assert!(!out.is_empty(), "{command}: {error}");
    out.lines().filter(|line| line.contains(wanted)).map(|line| format!("{line}\n")).collect()
}

fn path(folder: &Path) -> &str {
    folder.to_str().unwrap()
}

#[test]
fn the_file_has_no_fault_and_a_wrong_name_gives_the_message_below_it() {
    let folder = tempfile::tempdir().unwrap();
    let check = |text: &str| {
        fs::write(folder.path().join(FILE), text).unwrap();
        wiring::check_config(folder.path(), Environment::Dev)
    };
    assert_eq!(check(&file()), Vec::<String>::new());
    let faults = check(&file().replace("\"count\": 42", "\"number\": 42"));
    let document = read(DOCUMENT);
    let shown = document.lines().find(|line| line.starts_with(&format!("{FILE}: "))).unwrap();
    assert!(faults.iter().any(|fault| matches(shown, fault)), "{shown} is not among {faults:?}");
}

#[test]
fn the_sessions_print_the_documented_output() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(FILE), file()).unwrap();
    let serve = Serve::start_with(&[&PORTS[..], &["--conf", path(folder.path())]].concat());
    let sessions = sessions(&read(DOCUMENT));
    assert_eq!(sessions.len(), 2);
    for (command, expected) in sessions {
        assert_printed(&command, &expected, &printed(&command, &serve.thrift));
    }
}

#[test]
fn a_page_is_recorded_and_played_with_the_commands_as_printed() {
    let folder = tempfile::tempdir().unwrap();
    let here = |command: &str| command.replace("recorded", path(folder.path()));
    let all = commands(&read(DOCUMENT));
    let find = |begin: &str| here(all.iter().find(|command| command.starts_with(begin)).unwrap());
    let (record, serve, call) =
        (find("live-pack record"), find("live-pack serve"), find("live-pack call GetLiveBagData"));
    // enough time on a busy machine
    let engines = r#"{"engines": [{"method": "*", "engine": "*", "timeout": "3s"}]}"#;
    let of_recorder = tempfile::tempdir().unwrap();
    for folder in [&folder, &of_recorder] {
        fs::write(folder.path().join("LivePackEngineConf.json"), engines).unwrap();
    }
    let clock = ["--clock", "2026-11-20T12:00:00Z", "--conf", path(of_recorder.path())];
    let recorder = Serve::start_with(&[&PORTS[..], &clock].concat());
    let recorded = printed(&record, &recorder.thrift);
    drop(recorder);
    let file: Value = serde_json::from_str(&fs::read_to_string(folder.path().join(FILE)).unwrap()).unwrap();
    assert!(serve.contains(file["recorded_at"].as_str().unwrap()), "{serve}");
    let flags: Vec<_> = serve.split(' ').skip(2).collect();
    let player = Serve::start_with(&[&PORTS[..], &flags].concat());
    assert_eq!(printed(&call, &player.thrift), recorded);
}
