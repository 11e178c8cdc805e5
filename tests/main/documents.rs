//! The documents beside the code: README's length, links, and the table of modules.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::house::{folders, root};

/// Words that README may have.
const README: usize = 900;

fn documents() -> Vec<PathBuf> {
    let mut found = vec![root().join("README.md"), root().join("CONTRIBUTING.md"), root().join("SECURITY.md")];
    found.push(root().join("conf/README.md"));
    found.push(root().join("engine/README.md"));
    found.extend(fs::read_dir(root().join("docs")).unwrap().map(|entry| entry.unwrap().path()));
    found.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    found
}

/// Targets of the links in a Markdown text.
fn links(text: &str) -> impl Iterator<Item = &str> {
    text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target)
}

/// Names of the modules that a crate's `lib.rs` declares, tests aside.
fn modules(folder: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join(folder).join("src/lib.rs")).unwrap();
    let name = |line: &str| Some(line.split_once("mod ")?.1.strip_suffix(';')?.to_owned());
    let declared = text.lines().filter(|line| line.starts_with("mod ") || line.starts_with("pub")).filter_map(name);
    let mut modules: Vec<_> =
        declared.filter(|name| !["tests", "testing", "test_util"].contains(&name.as_str())).collect();
    modules.sort();
    modules
}

#[test]
fn the_readme_is_read_in_five_minutes() {
    let words = fs::read_to_string(root().join("README.md")).unwrap().split_whitespace().count();
    assert!(words <= README, "README has {words} words, more than {README}: move something to docs/");
}

#[test]
fn every_link_leads_to_a_file() {
    let mut checked = 0;
    for document in documents() {
        let text = fs::read_to_string(&document).unwrap();
        for target in links(&text).filter(|target| !target.contains("://") && !target.starts_with('#')) {
            let file = target.split('#').next().unwrap();
            let path = document.parent().unwrap_or(Path::new("")).join(file);
            assert!(path.exists(), "{}: there is no {target}", document.display());
            checked += 1;
        }
    }
    assert!(checked > 20, "the search for links finds only {checked}");
}

#[test]
fn the_table_of_modules_is_that_of_the_code() {
    let document = fs::read_to_string(root().join("docs/architecture.md")).unwrap();
    for folder in folders() {
        let modules: Vec<_> = modules(folder).iter().map(|name| format!("`{name}`")).collect();
        let modules = if modules.is_empty() { "–".to_owned() } else { modules.join(", ") };
        let folder = if folder == "." { "src" } else { folder };
        let row = format!("| `{folder}/` | {modules} |");
        assert!(document.contains(&row), "docs/architecture.md lacks this row:\n{row}");
    }
}
