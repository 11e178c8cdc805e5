//! The quick start in the README of the recommendation library: each command as printed, with its output.

use std::path::Path;

use crate::{
    documents::snippets::{assert_printed, sessions},
    serve::live_pack,
};

#[test]
fn each_command_of_the_readme_prints_the_documented_output() {
    let library = Path::new(env!("CARGO_MANIFEST_DIR")).join("engine/recommend");
    let readme = std::fs::read_to_string(library.join("README.md")).unwrap();
    let sessions = sessions(&readme);
    assert!(sessions.len() >= 5, "{sessions:?}");
    for (command, expected) in sessions {
        let arguments: Vec<&str> = command.strip_prefix("live-pack ").unwrap().split_whitespace().collect();
        let output = live_pack(&arguments).current_dir(library.join("examples")).output().unwrap();
        let (out, err) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        assert!(output.status.success(), "{command:?}: {err}");
        assert_printed(&command, &expected, &format!("{out}{err}"));
    }
}
