//! Commands of cargo and make: they compile, and some run for minutes, so this test does not run them. It compares their
//! packages, targets, filters and variables with the manifests, the Makefile and the code.

use std::{collections::BTreeMap, fs, path::Path};

use super::snippets::{commands, documents, exists, is_variable, read};
use crate::house::{folders, root, rust_files};

/// Options of cargo that take a value.
const WITH_VALUE: [&str; 6] = ["-p", "--bench", "--test", "--example", "--features", "--bin"];

/// Variables that cargo and rustc read.
const KNOWN_VARIABLES: [&str; 1] = ["RUSTC_BOOTSTRAP"];

/// Folders of the packages by their names.
fn packages() -> BTreeMap<String, &'static str> {
    let name = |folder: &str| {
        let manifest: toml::Table = read(&format!("{folder}/Cargo.toml")).parse().unwrap();
        manifest["package"]["name"].as_str().unwrap().to_owned()
    };
    folders().map(|folder| (name(folder), folder)).collect()
}

/// Whether a package has a target of this kind and name.
fn has_target(folder: &str, kind: &str, name: &str) -> bool {
    let declared = read(&format!("{folder}/Cargo.toml")).contains(&format!("name = \"{name}\""));
    declared || exists(&format!("{folder}/{kind}/{name}.rs")) || exists(&format!("{folder}/{kind}/{name}/main.rs"))
}

/// Whether a test filter selects something: the name of a module or function of the folder contains it.
fn selects(folder: &str, filter: &str) -> bool {
    let named = |path: &Path| path.file_stem().is_some_and(|stem| stem.to_string_lossy().contains(filter));
    let function = |path: &Path| {
        let text = fs::read_to_string(path).unwrap();
        text.lines().any(|line| line.split_once("fn ").is_some_and(|(_, name)| name.contains(filter)))
    };
    let inside = |path: &Path| path.starts_with(root().join(folder)) || folder == ".";
    rust_files().iter().any(|path| inside(path) && (named(path) || function(path)))
}

/// The fault of a command of cargo, if it has one.
fn cargo(words: &[&str], packages: &BTreeMap<String, &'static str>) -> Option<String> {
    let mut words = words.iter().copied().filter(|word| !word.starts_with('+'));
    let verb = words.next()?;
    match verb {
        "fuzz" => {
            let words: Vec<_> = words.skip(1).filter(|word| !word.starts_with('-') && *word != "none").collect();
            let target = words.first()?;
            return (!exists(&format!("fuzz/fuzz_targets/{target}.rs"))).then(|| format!("no fuzzer {target}"));
        }
        "install" => return None,
        "bench" | "build" | "doc" | "run" | "test" => {}
        _ => return Some(format!("cargo {verb} is not known here")),
    }
    let (mut folders, mut filters, mut targets) = (Vec::new(), Vec::new(), Vec::new());
    while let Some(word) = words.next() {
        if WITH_VALUE.contains(&word) {
            let value = words.next().unwrap_or_default();
            match word {
                "-p" => match packages.get(value) {
                    Some(folder) => folders.push(*folder),
                    None => return Some(format!("no package {value}")),
                },
                "--bench" => targets.push(("benches", value)),
                "--test" => targets.push(("tests", value)),
                "--example" => targets.push(("examples", value)),
                _ => {}
            }
        } else if !word.starts_with('-') && verb == "test" {
            filters.push(word);
        } else if word == "--" && verb != "test" {
            break; // arguments of the program
        }
    }
    if folders.is_empty() {
        folders.push(".");
    }
    let target = targets.iter().find(|(kind, name)| folders.iter().all(|folder| !has_target(folder, kind, name)));
    let filter = filters.iter().find(|filter| folders.iter().all(|folder| !selects(folder, filter)));
    target
        .map(|(kind, name)| format!("no target {name} in {kind} of {folders:?}"))
        .or_else(|| filter.map(|filter| format!("the filter {filter} selects nothing in {folders:?}")))
}

/// The fault of a command of make, if it has one.
fn make(words: &[&str], makefile: &str) -> Option<String> {
    let (variables, targets): (Vec<&str>, Vec<&str>) =
        words.iter().copied().filter(|word| !word.ends_with('"')).partition(|word| is_variable(word));
    let target =
        targets.into_iter().find(|target| !makefile.lines().any(|line| line.starts_with(&format!("{target}:"))));
    let variable = variables.into_iter().filter_map(|variable| variable.split_once('='));
    let unread = variable.map(|(name, _)| name).find(|name| !makefile.contains(&format!("$({name})")));
    target.map(|target| format!("no target {target}")).or_else(|| unread.map(|name| format!("{name} is not read")))
}

#[test]
fn every_command_of_cargo_and_make_names_existing_targets() {
    let (packages, makefile) = (packages(), read("Makefile"));
    let sources: String = rust_files().iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    let mut checked = 0;
    for document in documents() {
        for command in commands(&document.text) {
            let words: Vec<_> = command.split_whitespace().collect();
            let variables = words.iter().take_while(|word| is_variable(word)).count();
            let (before, words) = words.split_at(variables);
            let fault = match words {
                ["cargo", rest @ ..] => cargo(rest, &packages),
                ["make", rest @ ..] => make(rest, &makefile),
                _ => continue,
            };
            assert_eq!(fault, None, "{}: {command}", document.path);
            for name in before.iter().filter_map(|word| word.split_once('=')).map(|(name, _)| name) {
                let known = KNOWN_VARIABLES.contains(&name) || sources.contains(&format!("\"{name}\""));
                assert!(known, "{}: {command}: nothing reads {name}", document.path);
            }
            checked += 1;
        }
    }
    assert!(checked > 50, "the search for commands finds only {checked}");
}

#[test]
fn a_wrong_package_target_filter_or_variable_is_found() {
    let packages = packages();
    let fault = |command: &str| cargo(&command.split(' ').collect::<Vec<_>>(), &packages);
    assert_eq!(fault("test -p live-pack --test main golden"), None);
    assert_eq!(fault("bench -p live-pack-engine --bench timeout_soak"), None);
    assert_eq!(fault("run -p live-pack-engine --example five_stages"), None);
    for wrong in [
        "test -p live-pack-entity",
        "test -p live-pack --test mian",
        "test -p live-pack-dal schemata",
        "bench --bench timeout_soak",
        "run --example six_stages",
        "fuzz run -s none guards",
        "tset",
    ] {
        assert!(fault(wrong).is_some(), "{wrong}");
    }
    let makefile = "run: ## it\n\techo $(ARGS)\n";
    assert_eq!(make(&["run", "ARGS=1"], makefile), None);
    assert!(make(&["walk"], makefile).is_some() && make(&["run", "ARG=1"], makefile).is_some());
}
