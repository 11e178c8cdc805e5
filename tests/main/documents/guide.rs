//! The places in the code that the guides name. `make guide` applies them; this quick test detects that the code has moved.

use super::snippets::{exists, read};

const GUIDES: [&str; 2] = ["docs/add-an-interface.md", "docs/add-a-downstream.md"];

#[test]
fn the_guides_name_lines_that_occur_once_in_their_files() {
    for path in GUIDES {
        let mut checked = 0;
        let guide = read(path);
        for line in guide.lines().filter(|line| line.starts_with('`') && line.ends_with(':')) {
            match line.split('`').collect::<Vec<_>>()[..] {
                ["", file, ", a new file:"] => assert!(!exists(file), "{path}: there is a {file}"),
                ["", file, ", after " | ", before " | ", instead of ", anchor, ":"] => {
                    let found = read(file).lines().filter(|line| *line == anchor).count();
                    assert_eq!(found, 1, "{path}: {file} has {found} lines {anchor}");
                }
                _ => panic!("{path}: tests/guide.py cannot read {line}"),
            }
            checked += 1;
        }
        assert_eq!(
            checked,
            ["rust", "thrift", "yaml"].map(|of| guide.matches(&format!("```{of}")).count()).iter().sum::<usize>()
        );
    }
}
