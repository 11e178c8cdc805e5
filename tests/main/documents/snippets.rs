//! Code blocks and commands in Markdown texts.

use std::{fs, path::Path};

use crate::house::root;

/// A Markdown file: its path from the root, and its text.
pub(crate) struct Document {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// A fenced block of code.
#[derive(Debug)]
pub(crate) struct Block {
    /// The word after the opening fence.
    pub(crate) language: String,
    /// The text of a line `<!-- … -->` right before the fence: the file that contains the code.
    pub(crate) source: Option<String>,
    pub(crate) code: String,
}

/// Programs that a command may start with.
const PROGRAMS: [&str; 16] = [
    ".ci/run",
    "./target/quick/live-pack",
    "cargo",
    "curl",
    "echo",
    "go",
    "grep",
    "kill",
    "kitex",
    "live-pack",
    "make",
    "npm",
    "pip",
    "sha256sum",
    "sqlite3",
    "thrift",
];

/// All Markdown files except the change log, which describes the past.
pub(crate) fn documents() -> Vec<Document> {
    let mut found = Vec::new();
    let mut folders = vec![root().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap().map(Result::unwrap) {
            let (path, name) = (entry.path(), entry.file_name().into_string().unwrap());
            if entry.file_type().unwrap().is_dir() {
                if !["target", "corpus", "data"].contains(&name.as_str()) && !name.starts_with('.') {
                    folders.push(path);
                }
            } else if name.ends_with(".md") && name != "CHANGELOG.md" {
                let text = fs::read_to_string(&path).unwrap();
                let path = path.strip_prefix(root()).unwrap().display().to_string();
                found.push(Document { path, text });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(found.len() > 15, "the search for documents finds only {}", found.len());
    found
}

pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The code blocks of a text, and the text without them.
pub(crate) fn blocks(text: &str) -> (Vec<Block>, String) {
    let (mut blocks, mut prose, mut last) = (Vec::new(), String::new(), "");
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some(language) = line.trim_start().strip_prefix("```") else {
            prose.push_str(line);
            prose.push('\n');
            last = line;
            continue;
        };
        let code: String =
            lines.by_ref().take_while(|line| line.trim_start() != "```").map(|line| format!("{line}\n")).collect();
        let source = last.strip_prefix("<!-- ").and_then(|rest| rest.strip_suffix(" -->")).map(str::to_owned);
        blocks.push(Block { language: language.to_owned(), source, code });
        last = "";
    }
    (blocks, prose)
}

/// The texts between single backticks, with line breaks replaced by spaces.
pub(crate) fn spans(prose: &str) -> Vec<String> {
    prose.split('`').skip(1).step_by(2).map(|span| span.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

/// Whether a text is a command: variables, then one of [`PROGRAMS`] with an argument.
fn is_command(text: &str) -> bool {
    let mut words = text.split(' ').skip_while(|word| is_variable(word));
    let program = words.next().unwrap_or_default();
    PROGRAMS.contains(&program) && (words.next().is_some() || program == ".ci/run")
}

/// Whether a word is `NAME=value`.
pub(crate) fn is_variable(word: &str) -> bool {
    let capital = |sign: char| sign.is_ascii_uppercase() || sign == '_';
    word.split_once('=').is_some_and(|(name, _)| !name.is_empty() && name.chars().all(capital))
}

/// The commands of a shell script without its comments, one per line; a line that ends with `\` is joined with the next.
fn script(code: &str) -> Vec<String> {
    let joined = code.replace("\\\n", " ");
    let lines = joined.lines().map(|line| line.split("  #").next().unwrap_or_default().trim());
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned).collect()
}

/// The commands of a document: all lines of its shell blocks, and the commands in its prose.
pub(crate) fn commands(text: &str) -> Vec<String> {
    let (blocks, prose) = blocks(text);
    let scripts = blocks.iter().filter(|block| block.language == "sh").flat_map(|block| script(&block.code));
    let sessions = sessions(text).into_iter().map(|(command, _)| command);
    scripts.chain(sessions).chain(spans(&prose).into_iter().filter(|span| is_command(span))).collect()
}

/// The commands after `$ ` in the `console` blocks of a text, each with the lines printed below it.
pub(crate) fn sessions(text: &str) -> Vec<(String, Vec<String>)> {
    let mut sessions: Vec<(String, Vec<String>)> = Vec::new();
    for block in blocks(text).0.iter().filter(|block| block.language == "console") {
        for line in block.code.lines() {
            if let Some(command) = line.strip_prefix("$ ") {
                let command = command.split(" #").next().unwrap_or_default().trim();
                sessions.push((command.to_owned(), Vec::new()));
            } else if let Some(last) = sessions.last_mut() {
                last.1.push(line.to_owned());
            }
        }
    }
    sessions
}

/// Whether a text consists of the parts of a pattern in order; `…` matches any text.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let mut rest = text;
    for (number, part) in pattern.split('…').enumerate() {
        let Some(at) = rest.find(part) else { return false };
        if number == 0 && at > 0 {
            return false;
        }
        rest = &rest[at + part.len()..];
    }
    rest.is_empty() || pattern.ends_with('…')
}

/// Asserts that the printed lines match those of a document, in which a line with only `…` matches any number of lines.
pub(crate) fn assert_printed(command: &str, expected: &[String], printed: &str) {
    let printed: Vec<&str> = printed.lines().collect();
    let gap = expected.iter().position(|line| line.trim() == "…");
    let (head, tail) = expected.split_at(gap.unwrap_or(expected.len()));
    let tail = tail.get(1..).unwrap_or_default();
    let enough = head.len() + tail.len() <= printed.len() && (gap.is_some() || head.len() == printed.len());
    assert!(enough, "{command} prints {} lines, expected {expected:#?}", printed.len());
    let last = &printed[printed.len() - tail.len()..];
    for (pattern, found) in head.iter().zip(&printed).chain(tail.iter().zip(last)) {
        assert!(matches(pattern, found), "{command}\nprinted  {found}\nexpected {pattern}");
    }
}

/// Whether a file or folder with this path exists.
pub(crate) fn exists(path: &str) -> bool {
    root().join(Path::new(path)).exists()
}

#[test]
fn a_pattern_matches_in_order_only() {
    assert!(matches("a…c", "abc") && matches("a…", "abc") && matches("abc", "abc"));
    assert!(!matches("a…c", "ab") && !matches("b…", "abc") && !matches("ab", "abc") && !matches("c…a", "abc"));
}

#[test]
fn commands_are_found_in_blocks_and_in_prose() {
    let text = "Say `make run` or\n`FUZZ=1 cargo\ntest`, not `cargo` or `cargo.toml`.\n\n```sh\n# a comment\nlive-pack call X \\\n  --json '{}'  # why\n```\n\
                <!-- a file -->\n```rust\nlet x = `make fun`;\n```\n```console\n$ echo a # b\na\n…\n```\n";
    let expected = ["live-pack call X    --json '{}'", "echo a", "make run", "FUZZ=1 cargo test"];
    assert_eq!(commands(text), expected);
    assert_eq!(blocks(text).0[1].source.as_deref(), Some("a file"));
    assert_eq!(sessions(text), [("echo a".to_owned(), vec!["a".to_owned(), "…".to_owned()])]);
}
