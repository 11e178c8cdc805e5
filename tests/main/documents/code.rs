//! Programs in the documents are files, or parts of files, that are compiled and run.

use super::snippets::{blocks, documents, read};

/// Languages of programs. Shell, console and JSON have tests of their own.
const PROGRAMS: [&str; 5] = ["go", "java", "js", "python", "rust"];

/// Blocks that a program reads from the document and runs, by document and program.
const READ_BY: [(&str, &str); 3] = [
    ("docs/add-a-downstream.md", "tests/guide.py"),
    ("docs/add-an-interface.md", "tests/guide.py"),
    ("engine/recommend/offline/README.md", "engine/recommend/model/tests/golden/make.py"),
];

/// The text that `<!-- FILE -->` or ``<!-- FILE from `FIRST` to `LAST` -->`` names: a whole file, or its lines from the one
/// with the first prefix to the next with the second, without the indentation of the first. `}` means the next line that
/// consists of it, at this indentation.
fn named(of: &str) -> String {
    let Some((path, range)) = of.split_once(" from `") else { return read(of) };
    let (first, last) = range.trim_end_matches('`').split_once("` to `").unwrap();
    let text = read(path);
    let (mut taken, mut indent) = (String::new(), None);
    for line in text.lines().skip_while(|line| !line.trim_start().starts_with(first)) {
        let indent = *indent.get_or_insert(line.len() - line.trim_start().len());
        taken.push_str(line.get(indent..).unwrap_or_default());
        taken.push('\n');
        let ends = if last == "}" { line.get(indent..) == Some(last) } else { line.trim_start().starts_with(last) };
        if ends {
            break;
        }
    }
    taken
}

#[test]
fn every_program_in_a_document_is_one_that_runs() {
    let mut compared = 0;
    for document in documents() {
        for block in blocks(&document.text).0.iter().filter(|block| PROGRAMS.contains(&block.language.as_str())) {
            let Some(of) = &block.source else {
                let reader = READ_BY.iter().find(|(path, _)| *path == document.path).map(|(_, reader)| read(reader));
                let language = &block.language;
                let reads = reader.is_some_and(|reader| reader.contains("```") && reader.contains(language));
                assert!(reads, "{}: no line <!-- FILE --> before\n{}", document.path, block.code);
                continue;
            };
            assert_eq!(block.code, named(of), "{}: {of}", document.path);
            compared += 1;
        }
    }
    assert!(compared >= 10, "the search for programs finds only {compared}");
}

#[test]
fn the_guide_for_clients_has_a_program_for_each_language() {
    let text = read("docs/clients.md");
    for program in [
        "tests/clients/go/example/main.go",
        "tests/clients/go/generic/main.go",
        "tests/clients/go/downstream/main.go from ",
        "tests/clients/java/src/main/java/Example.java",
        "tests/clients/python/example_thrift.py",
        "tests/clients/python/example_thriftpy2.py",
        "tests/clients/node/example.js",
        "tests/clients/rust/example.rs",
    ] {
        assert!(text.contains(&format!("<!-- {program}")), "{program} is not in docs/clients.md");
    }
}

#[test]
fn every_block_names_its_language_unless_it_is_a_diagram() {
    let known = ["", "console", "json", "sh", "thrift", "yaml"];
    for document in documents() {
        let (blocks, prose) = blocks(&document.text);
        for language in blocks.iter().map(|block| block.language.as_str()) {
            assert!(known.contains(&language) || PROGRAMS.contains(&language), "{}: {language}", document.path);
        }
        let indented = prose.split("\n\n").find(|paragraph| paragraph.starts_with("    "));
        assert!(indented.is_none(), "{}: fence this block: {indented:?}", document.path);
    }
}
