//! Checks the source tree against the architecture: permitted dependencies, and the locations of files. The modules below
//! find circular dependencies between modules.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use toml::Table;

mod circles;
mod modules;

/// Folder, crate, and the workspace crates that it may depend on, including indirect ones.
const HOUSE: [(&str, &str, &[&str]); 17] = [
    ("idl", "live-pack-idl", &[]),
    ("engine", "live-pack-engine", &["live-pack-engine-derive"]),
    ("engine/derive", "live-pack-engine-derive", &[]),
    (
        "engine/recommend",
        "live-pack-recommend",
        &["live-pack-engine", "live-pack-engine-derive", "live-pack-recommend-model"],
    ),
    ("engine/recommend/model", "live-pack-recommend-model", &[]),
    ("engine/recommend/offline", "live-pack-recommend-offline", &["live-pack-recommend-model"]),
    ("dal", "live-pack-dal", &["live-pack-engine", "live-pack-idl", "live-pack-metrics"]),
    ("dal/metrics", "live-pack-metrics", &[]),
    ("entities", "live-pack-entities", &["live-pack-engine", "live-pack-dal", "live-pack-idl", "live-pack-metrics"]),
    (
        "handlers",
        "live-pack-handlers",
        &["live-pack-engine", "live-pack-entities", "live-pack-dal", "live-pack-idl", "live-pack-metrics"],
    ),
    ("src/admission", "live-pack-admission", &["live-pack-dal", "live-pack-idl", "live-pack-metrics"]),
    ("src/telemetry", "live-pack-telemetry", &[]),
    ("commerce", "live-pack-commerce", &["live-pack-idl"]),
    ("commerce/store", "live-pack-shop-store", &["live-pack-metrics"]),
    ("commerce/shop", "live-pack-shop", &["live-pack-metrics", "live-pack-shop-store"]),
    ("commerce/gateway", "live-pack-shop-gateway", &["live-pack-metrics", "live-pack-shop", "live-pack-shop-store"]),
    (
        ".",
        "live-pack",
        &[
            "live-pack-engine",
            "live-pack-recommend",
            "live-pack-recommend-model",
            "live-pack-recommend-offline",
            "live-pack-entities",
            "live-pack-handlers",
            "live-pack-admission",
            "live-pack-telemetry",
            "live-pack-dal",
            "live-pack-metrics",
            "live-pack-idl",
            "live-pack-commerce",
            "live-pack-shop",
            "live-pack-shop-gateway",
            "live-pack-shop-store",
        ],
    ),
];

/// The folders of tasks, each named after its stage.
const STAGES: [&str; 5] = ["providers", "filters", "sorters", "loaders", "converters"];

/// Maximum number of lines in a file. A longer one mixes two subjects.
const LONGEST_FILE: usize = 400;

/// The folders of the crates; `.` is the server.
pub(crate) fn folders() -> impl Iterator<Item = &'static str> {
    HOUSE.iter().map(|(folder, ..)| *folder)
}

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn manifest(folder: &str) -> Table {
    let path = root().join(folder).join("Cargo.toml");
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())).parse().unwrap()
}

/// The workspace crates in a table of dependencies, including target-specific ones.
fn ours(manifest: &Table, kind: &str) -> BTreeMap<String, toml::Value> {
    let targets = manifest.get("target").and_then(toml::Value::as_table).into_iter().flat_map(Table::values);
    let tables = std::iter::once(manifest).chain(targets.filter_map(toml::Value::as_table));
    tables
        .filter_map(|table| table.get(kind)?.as_table())
        .flatten()
        .filter(|(name, _)| name.starts_with("live-pack"))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// All Rust files of the workspace, except build output and generated files.
pub(crate) fn rust_files() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            let name = entry.file_name().into_string().unwrap();
            if entry.file_type().unwrap().is_dir() {
                if name != "target" && !name.starts_with('.') {
                    folders.push(path);
                }
            } else if name.ends_with(".rs") {
                found.push(path);
            }
        }
    }
    assert!(found.len() > 20, "the search for files finds nothing");
    found
}

pub(crate) fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().display().to_string()
}

/// Converts `product_price_loader` to `ProductPriceLoader`.
fn camel(snake: &str) -> String {
    snake.split('_').map(|word| word[..1].to_uppercase() + &word[1..]).collect()
}

#[test]
fn crates_use_only_crates_below_them() {
    for (folder, name, allowed) in HOUSE {
        let manifest = manifest(folder);
        assert_eq!(manifest["package"]["name"].as_str(), Some(name));
        let allowed: BTreeSet<_> = allowed.iter().copied().collect();
        for kind in ["dependencies", "build-dependencies"] {
            for used in ours(&manifest, kind).keys() {
                assert!(allowed.contains(used.as_str()), "{name} must not use {used} ({kind})");
            }
        }
        for used in ours(&manifest, "dev-dependencies").keys() {
            // a crate may depend on its own test kit
            let good = allowed.contains(used.as_str()) || [name, "live-pack-commerce"].contains(&used.as_str());
            assert!(good, "the tests of {name} must not use {used}");
        }
    }
}

#[test]
fn the_table_lists_every_member_of_the_workspace() {
    let members = manifest(".")["workspace"]["members"].as_array().unwrap().clone();
    let members: BTreeSet<_> = members.iter().map(|member| member.as_str().unwrap()).collect();
    let known: BTreeSet<_> = HOUSE.iter().map(|(folder, ..)| *folder).filter(|folder| *folder != ".").collect();
    assert_eq!(members, known);
}

#[test]
fn the_commerce_world_is_behind_its_feature() {
    let manifest = manifest(".");
    let commerce = &ours(&manifest, "dependencies")["live-pack-commerce"];
    assert_eq!(commerce["optional"].as_bool(), Some(true));
    assert_eq!(manifest["features"]["world"].as_array().unwrap()[0].as_str(), Some("dep:live-pack-commerce"));
}

#[test]
fn the_shop_is_behind_its_feature() {
    let manifest = manifest(".");
    let ours = ours(&manifest, "dependencies");
    let shop: Vec<_> = ours.iter().filter(|(name, _)| name.starts_with("live-pack-shop")).collect();
    assert_eq!(shop.len(), 3);
    assert!(shop.iter().all(|(_, value)| value["optional"].as_bool() == Some(true)));
}

#[test]
fn no_module_is_in_a_mod_rs() {
    let hidden: Vec<_> = rust_files().iter().filter(|path| path.ends_with("mod.rs")).map(|path| shown(path)).collect();
    assert!(hidden.is_empty(), "x.rs beside x/, not x/mod.rs: {hidden:?}");
}

#[test]
fn every_file_says_what_it_is_for_and_has_one_subject() {
    for path in rust_files() {
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("//! "), "{} does not begin with a sentence of //!", shown(&path));
        // Tables written by a script are as long as their content.
        let written_by_hand = !text.lines().next().is_some_and(|line| line.ends_with("Do not edit."));
        let lines = text.lines().count();
        assert!(lines <= LONGEST_FILE || !written_by_hand, "{} has {lines} lines", shown(&path));
    }
}

/// Whether the file contains a task, not code shared by several tasks.
fn holds_a_task(text: &str) -> bool {
    let traits = ["Task<", "ItemProvider<", "Filter<", "Sorter<"];
    let heads = text.lines().filter(|line| line.starts_with("impl") && line.contains(" for "));
    heads.into_iter().any(|head| traits.iter().any(|name| head.contains(&format!(" {name}"))))
}

#[test]
fn every_task_is_found_by_its_name() {
    let mut tasks = 0;
    for stage in STAGES {
        let folder = root().join("entities/src").join(stage);
        for path in fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.extension().is_none_or(|extension| extension != "rs") {
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            if !holds_a_task(&text) {
                continue;
            }
            tasks += 1;
            let name = camel(path.file_stem().unwrap().to_str().unwrap());
            let found = text.lines().any(|line| {
                let words: Vec<_> = line.split(|sign: char| !sign.is_alphanumeric() && sign != '_').collect();
                words.windows(2).any(|pair| matches!(pair[0], "struct" | "enum") && pair[1] == name)
            });
            assert!(found, "{} holds no type {name}", shown(&path));
        }
    }
    assert!(tasks > 40, "the search for tasks finds only {tasks}");
}

#[test]
fn the_service_never_prints_with_a_macro_that_panics_on_a_write_error() {
    for path in rust_files().iter().filter(|path| shown(path).starts_with("src/")) {
        let shown = shown(path);
        let tests = shown.contains("tests") || shown.ends_with("simulation.rs");
        let text = fs::read_to_string(path).unwrap();
        let prints = text.lines().any(|line| ["print!(", "println!("].iter().any(|name| line.contains(name)));
        assert!(tests || !prints, "{shown}: use cli::print or cli::complain");
    }
}

/// A doc comment names its subject; it does not start with one of these.
const QUESTION_WORDS: [&str; 8] = ["who", "what", "how", "why", "where", "which", "whom", "whose"];

/// Maximum share of doc comments that start with a question word, in percent.
const MOST_QUESTIONS: usize = 2;

/// Words for persons, which comments often misuse for things.
const PERSONS: [&str; 3] = ["who", "whom", "whoever"];

/// Maximum number of [`PERSONS`] in all comments.
const MOST_PERSONS: usize = 40;

/// The text of a doc comment in this line.
fn doc_text(line: &str) -> Option<&str> {
    let line = line.trim_start();
    line.strip_prefix("///").or_else(|| line.strip_prefix("//!"))
}

/// The first lines of all doc comments.
fn openings(text: &str) -> impl Iterator<Item = &str> {
    let docs: Vec<_> = text.lines().map(doc_text).collect();
    let follows = |index: usize| index > 0 && docs.get(index - 1).is_some_and(Option::is_some);
    let first: Vec<_> =
        docs.iter().enumerate().filter(|(index, _)| !follows(*index)).filter_map(|(_, doc)| *doc).collect();
    first.into_iter()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|sign: char| !sign.is_alphanumeric() && sign != '_')
}

fn is_among(word: &str, list: &[&str]) -> bool {
    list.iter().any(|known| known.eq_ignore_ascii_case(word))
}

fn opens_with_a_question(opening: &str) -> bool {
    words(opening.trim_start()).next().is_some_and(|word| is_among(word, &QUESTION_WORDS))
}

fn persons(text: &str) -> usize {
    let comments = text.lines().filter_map(|line| line.split_once("//")).map(|(_, comment)| comment);
    comments.flat_map(words).filter(|word| is_among(word, &PERSONS)).count()
}

/// The ten files with the largest counts.
fn worst(counts: &BTreeMap<String, usize>) -> String {
    let mut counts: Vec<_> = counts.iter().filter(|(_, count)| **count > 0).collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    counts.iter().take(10).map(|(file, count)| format!("\n  {count} in {file}")).collect()
}

#[test]
fn comments_are_in_plain_english() {
    let (mut all, mut questions, mut who) = (0, BTreeMap::new(), BTreeMap::new());
    for path in rust_files() {
        let text = fs::read_to_string(&path).unwrap();
        let openings: Vec<_> = openings(&text).collect();
        all += openings.len();
        questions.insert(shown(&path), openings.into_iter().filter(|opening| opens_with_a_question(opening)).count());
        who.insert(shown(&path), persons(&text));
    }
    let (asked, named): (usize, usize) = (questions.values().sum(), who.values().sum());
    assert!(
        asked * 100 <= all * MOST_QUESTIONS,
        "{asked} of {all} doc comments open with a question word; at most {MOST_QUESTIONS} % may: {}",
        worst(&questions)
    );
    assert!(named <= MOST_PERSONS, "comments say {PERSONS:?} {named} times; at most {MOST_PERSONS}: {}", worst(&who));
}

#[test]
fn questions_and_persons_are_found_in_comments_only() {
    let text = "//! Which one.\n//! Who else.\n\n/// The caller.\n/// Who it is.\nlet who = 1; // whoever comes\n    /// Whose.\n/// Whosever.";
    assert_eq!(openings(text).collect::<Vec<_>>(), [" Which one.", " The caller.", " Whose."]);
    assert_eq!(openings(text).filter(|opening| opens_with_a_question(opening)).count(), 2);
    assert_eq!(persons(text), 3);
}
