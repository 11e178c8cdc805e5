//! The programs in docs/clients.md are those that `make clients` builds and runs.

use std::{fs, path::Path};

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The code blocks of a text that follow a line `<!-- PATH -->` or `<!-- PATH from FIRST to LAST -->`.
fn blocks(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for part in text.split("<!-- ").skip(1) {
        let (of, rest) = part.split_once(" -->").unwrap();
        let fenced = rest.trim_start().strip_prefix("```").unwrap_or_else(|| panic!("{of}: no code follows"));
        let code = fenced.split_once('\n').unwrap().1;
        let end = code.find("\n```").unwrap_or_else(|| panic!("{of}: the code does not end")) + 1;
        found.push((of.to_owned(), code[..end].to_owned()));
    }
    found
}

/// The text for such a line: a whole file, or its lines from one with the first prefix to the next with the second.
fn named(of: &str) -> String {
    let Some((path, range)) = of.split_once(" from `") else { return read(of) };
    let (first, last) = range.trim_end_matches('`').split_once("` to `").unwrap();
    let text = read(path);
    let mut taken = String::new();
    for line in text.lines().skip_while(|line| !line.trim_start().starts_with(first)) {
        taken.push_str(&format!("{line}\n"));
        if line.trim_start().starts_with(last) {
            break;
        }
    }
    taken
}

#[test]
fn every_program_of_the_guide_is_one_that_runs() {
    let blocks = blocks(&read("docs/clients.md"));
    for (of, code) in &blocks {
        assert!(of.starts_with("tests/clients/"), "{of}");
        assert_eq!(*code, named(of), "docs/clients.md, {of}");
    }
    for program in [
        "tests/clients/go/example/main.go",
        "tests/clients/go/generic/main.go",
        "tests/clients/java/src/main/java/Example.java",
        "tests/clients/python/example_thrift.py",
        "tests/clients/python/example_thriftpy2.py",
        "tests/clients/node/example.js",
        "tests/clients/rust/example.rs",
    ] {
        assert!(blocks.iter().any(|(of, _)| of == program), "{program} is not in docs/clients.md");
    }
    assert!(blocks.iter().any(|(of, _)| of.starts_with("tests/clients/go/downstream/main.go from ")));
}
