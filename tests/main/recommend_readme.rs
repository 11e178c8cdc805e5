//! The first quarter of an hour of the recommendation library's README: each command as printed, with what it prints.

use std::path::Path;

use crate::serve::live_pack;

/// Whether a text consists of the parts of a pattern in their order; `…` stands for anything.
fn matches(pattern: &str, text: &str) -> bool {
    let mut rest = text;
    let parts: Vec<&str> = pattern.split('…').collect();
    for (number, part) in parts.iter().enumerate() {
        let Some(at) = rest.find(part) else { return false };
        if number == 0 && at > 0 {
            return false;
        }
        rest = &rest[at + part.len()..];
    }
    rest.is_empty() || pattern.ends_with('…')
}

/// Commands with the lines printed below each of them.
fn sessions(readme: &str) -> Vec<(Vec<String>, Vec<String>)> {
    let blocks = readme.split("```console\n").skip(1).filter_map(|rest| rest.split("```").next());
    let mut sessions: Vec<(Vec<String>, Vec<String>)> = Vec::new();
    for line in blocks.flat_map(str::lines) {
        if let Some(command) = line.strip_prefix("$ ") {
            let command = command.split(" #").next().unwrap_or_default();
            sessions.push((command.split_whitespace().map(str::to_owned).collect(), Vec::new()));
        } else if let Some(last) = sessions.last_mut() {
            last.1.push(line.to_owned());
        }
    }
    sessions
}

#[test]
fn each_command_of_the_readme_prints_what_stands_below_it() {
    let library = Path::new(env!("CARGO_MANIFEST_DIR")).join("engine/recommend");
    let readme = std::fs::read_to_string(library.join("README.md")).unwrap();
    let sessions = sessions(&readme);
    assert!(sessions.len() >= 5, "{sessions:?}");
    for (command, expected) in sessions {
        assert_eq!(command[0], "live-pack", "{command:?}");
        let arguments: Vec<&str> = command.iter().skip(1).map(String::as_str).collect();
        let output = live_pack(&arguments).current_dir(library.join("examples")).output().unwrap();
        let (out, err) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        assert!(output.status.success(), "{command:?}: {err}");
        let shown = format!("{out}{err}");
        let shown: Vec<&str> = shown.lines().collect();
        for (line, pattern) in expected.iter().enumerate() {
            let found = shown.get(line).copied().unwrap_or_default();
            assert!(pattern == "…" || matches(pattern, found), "{command:?}\nprinted  {found}\nexpected {pattern}");
        }
    }
}

#[test]
fn a_pattern_matches_in_order_only() {
    assert!(matches("a…c", "abc") && matches("a…", "abc") && matches("abc", "abc"));
    assert!(!matches("a…c", "ab") && !matches("b…", "abc") && !matches("ab", "abc") && !matches("c…a", "abc"));
}
