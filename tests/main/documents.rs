//! Consistency of documents and code: length of README, links, the table of modules, and names of options and metrics. The
//! modules below run the commands and check the snippets.

use std::{collections::BTreeSet, fs, path::Path};

use crate::{
    house::{folders, root, rust_files},
    serve::run,
};
use snippets::{documents, read, spans};

mod builds;
mod code;
mod commands;
mod configuration;
mod experiments;
mod guide;
mod mocks;
pub(crate) mod snippets;

/// Maximum number of words in README.
const README: usize = 900;

/// Targets of the links in a Markdown text.
fn links(text: &str) -> impl Iterator<Item = &str> {
    text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target)
}

/// Names of the modules that a crate's `lib.rs` declares, without test modules.
fn modules(folder: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join(folder).join("src/lib.rs")).unwrap();
    let name = |line: &str| Some(line.split_once("mod ")?.1.strip_suffix(';')?.to_owned());
    let declared = text.lines().filter(|line| line.starts_with("mod ") || line.starts_with("pub")).filter_map(name);
    let mut modules: Vec<_> =
        declared.filter(|name| !["tests", "testing", "test_util", "simulation"].contains(&name.as_str())).collect();
    modules.sort();
    modules
}

#[test]
fn the_readme_is_read_in_five_minutes() {
    let words = read("README.md").split_whitespace().count();
    assert!(words <= README, "README has {words} words, more than {README}: move something to docs/");
}

#[test]
fn every_link_leads_to_a_file() {
    let mut checked = 0;
    for document in documents() {
        let folder = root().join(&document.path).parent().map(Path::to_owned).unwrap();
        for target in links(&document.text).filter(|target| !target.contains("://") && !target.starts_with('#')) {
            let file = target.split('#').next().unwrap();
            assert!(folder.join(file).exists(), "{}: there is no {target}", document.path);
            checked += 1;
        }
    }
    assert!(checked > 20, "the search for links finds only {checked}");
}

#[test]
fn the_table_of_modules_is_that_of_the_code() {
    let document = read("docs/architecture.md");
    for folder in folders() {
        let modules: Vec<_> = modules(folder).iter().map(|name| format!("`{name}`")).collect();
        let modules = if modules.is_empty() { "–".to_owned() } else { modules.join(", ") };
        let folder = if folder == "." { "src" } else { folder };
        let row = format!("| `{folder}/` | {modules} |");
        assert!(document.contains(&row), "docs/architecture.md lacks this row:\n{row}");
    }
}

/// The help of `live-pack` and of all its commands, to any depth.
fn helps(command: &[&str]) -> String {
    let (_, mut help, error) = run(&[command, &["--help"]].concat());
    assert!(!help.is_empty(), "{command:?}: {error}");
    let commands = help.split_once("Commands:\n").map(|(_, rest)| rest.split("\n\n").next().unwrap_or_default());
    let names = commands.into_iter().flat_map(str::lines).filter_map(|line| line.strip_prefix("  "));
    let names = names.filter(|line| !line.starts_with(' ')).filter_map(|line| line.split(' ').next());
    let below: Vec<_> = names.filter(|name| *name != "help").map(|name| helps(&[command, &[name]].concat())).collect();
    help.push_str(&below.concat());
    help
}

/// Names in a text: the longest sequences of letters, digits and these signs.
fn names<'t>(text: &'t str, signs: &'static [char]) -> impl Iterator<Item = &'t str> {
    text.split(move |sign: char| !sign.is_ascii_alphanumeric() && !signs.contains(&sign))
}

#[test]
fn every_option_and_variable_in_a_document_is_in_a_help_text() {
    let help = helps(&[]);
    let known: BTreeSet<_> = names(&help, &['-', '_']).collect();
    let mut checked = 0;
    for document in documents() {
        let spans = spans(&snippets::blocks(&document.text).1);
        let options = spans.iter().filter(|span| span.starts_with("--")).flat_map(|span| names(span, &['-', '_']));
        let options = options.filter(|name| name.starts_with("--") && name.len() > 2);
        let variables = spans.iter().flat_map(|span| names(span, &['_'])).filter(|name| name.starts_with("LIVE_PACK_"));
        for name in options.chain(variables) {
            let family = name.ends_with('_') && known.iter().any(|known| known.starts_with(name));
            assert!(known.contains(name) || family, "{}: no help text has {name}", document.path);
            checked += 1;
        }
    }
    assert!(checked > 50, "the search for options finds only {checked}");
}

#[test]
fn every_metric_in_a_document_is_one_of_the_code() {
    let sources: String = rust_files().iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    let mut checked = 0;
    for document in documents() {
        let (_, prose) = snippets::blocks(&document.text);
        for name in names(&prose, &['_']).filter(|name| name.starts_with("live_pack_")) {
            // the series of a histogram
            let family = ["_bucket", "_count", "_sum"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
            let quoted = [name, family].iter().any(|name| sources.contains(&format!("\"{name}\"")))
                || sources.contains(&format!("{name}::"));
            assert!(quoted, "{}: no source has {name}", document.path);
            checked += 1;
        }
    }
    assert!(checked > 20, "the search for metrics finds only {checked}");
}
