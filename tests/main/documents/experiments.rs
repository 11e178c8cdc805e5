//! The files and the commands of docs/experiments.md, as printed.

use std::fs;

use live_pack::{settings::Environment, wiring};

use super::snippets::{assert_printed, blocks, read, sessions};
use crate::serve::{Serve, run};

const DOCUMENT: &str = "docs/experiments.md";

/// The files of the document.
fn files() -> Vec<String> {
    let (blocks, _) = blocks(&read(DOCUMENT));
    blocks.into_iter().filter(|block| block.language == "json").map(|block| block.code).collect()
}

#[test]
fn every_file_has_no_fault() {
    let folder = tempfile::tempdir().unwrap();
    let files = files();
    assert_eq!(files.len(), 3);
    for text in files {
        fs::write(folder.path().join("AbConf.json"), &text).unwrap();
        assert_eq!(wiring::check_config(folder.path(), Environment::Prod), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn the_sessions_print_the_documented_output() {
    let folder = tempfile::tempdir().unwrap();
    let file = files().into_iter().find(|text| text.contains("engines")).unwrap();
    fs::write(folder.path().join("AbConf.json"), file).unwrap();
    let dir = folder.path().to_str().unwrap();
    let serve = Serve::start_with(&["--addr", "127.0.0.1:0", "--ops-addr", "127.0.0.1:0", "--conf", dir]);
    for user in 1..=40 {
        let (code, _, error) =
            run(&["call", "GetLiveBagData", "--room", "1001", "--user", &user.to_string(), "--addr", &serve.thrift]);
        assert_eq!(code, Some(0), "{error}");
    }
    let sessions = sessions(&read(DOCUMENT));
    assert_eq!(sessions.len(), 2);
    for (command, expected) in sessions {
        let here = command.replace("DIR", dir).replace("127.0.0.1:9888", &serve.ops);
        let (here, wanted) = here.split_once(" | grep ").unwrap_or((&here, ""));
        let (code, out, error) = run(&here.split(' ').skip(1).collect::<Vec<_>>());
        assert_eq!(code, Some(0), "{command}: {error}");
        let printed: String =
            out.lines().filter(|line| line.contains(wanted)).map(|line| format!("{line}\n")).collect();
        assert_printed(&command, &expected, &printed);
    }
}
