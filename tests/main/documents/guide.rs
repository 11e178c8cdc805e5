//! The places that docs/add-an-interface.md names. `make guide` applies the guide; this finds in a moment that the code has moved.

use super::snippets::{exists, read};

const GUIDE: &str = "docs/add-an-interface.md";

#[test]
fn the_guide_names_lines_that_stand_once_in_their_files() {
    let mut checked = 0;
    let guide = read(GUIDE);
    for line in guide.lines().filter(|line| line.starts_with('`') && line.ends_with(':')) {
        match line.split('`').collect::<Vec<_>>()[..] {
            ["", file, ", a new file:"] => assert!(!exists(file), "{GUIDE}: there is a {file}"),
            ["", file, ", after " | ", before ", anchor, ":"] => {
                let found = read(file).lines().filter(|line| *line == anchor).count();
                assert_eq!(found, 1, "{GUIDE}: {file} has {found} lines {anchor}");
            }
            _ => panic!("{GUIDE}: tests/guide.py cannot read {line}"),
        }
        checked += 1;
    }
    assert_eq!(checked, guide.matches("```rust").count() + guide.matches("```thrift").count());
}
