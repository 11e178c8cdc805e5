//! Circular dependencies between modules: at each level of the module tree, siblings with their descendants must not form one.
//! Parent and child may name each other.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use super::{
    folders,
    modules::{Modules, Reference},
    root,
};

/// At most this many lines are shown for one pair of modules.
const SHOWN: usize = 5;

/// Siblings that name each other, directly or indirectly.
struct Circle {
    parent: String,
    members: BTreeSet<String>,
    /// The lines that name another member.
    lines: Vec<String>,
}

/// The lines that name a sibling, by pair of siblings.
type Edges<'a> = BTreeMap<(&'a str, &'a str), Vec<String>>;

/// Parent of two siblings, the sibling that contains the line, and the one that it names.
fn siblings<'a>(reference: &Reference<'a>) -> Option<(&'a [String], &'a str, &'a str)> {
    let common = reference.from.iter().zip(reference.to).take_while(|(from, to)| from == to).count();
    Some((&reference.from[..common], reference.from.get(common)?, reference.to.get(common)?))
}

/// The siblings that are named from `start`, directly or indirectly.
fn reached<'a>(edges: &Edges<'a>, start: &str) -> BTreeSet<&'a str> {
    let (mut reached, mut next) = (BTreeSet::new(), vec![start]);
    while let Some(from) = next.pop() {
        next.extend(edges.keys().filter(|(a, b)| *a == from && reached.insert(*b)).map(|(_, b)| *b));
    }
    reached
}

/// The circles in the crate with this `src` folder.
fn circles(source: &Path) -> Vec<Circle> {
    let modules = Modules::of(source);
    let mut levels: BTreeMap<&[String], Edges<'_>> = BTreeMap::new();
    for reference in modules.references() {
        let Some((parent, from, to)) = siblings(&reference) else { continue };
        let line =
            format!("{}:{}", reference.file.strip_prefix(root()).unwrap_or(reference.file).display(), reference.line);
        levels.entry(parent).or_default().entry((from, to)).or_default().push(line);
    }
    let mut found: Vec<Circle> = Vec::new();
    for (parent, edges) in &levels {
        let parent = parent.join("::");
        for (start, _) in edges.keys() {
            let members: BTreeSet<String> = reached(edges, start)
                .into_iter()
                .filter(|other| reached(edges, other).contains(start))
                .map(str::to_owned)
                .collect();
            if !members.is_empty() && !found.iter().any(|known| known.parent == parent && known.members == members) {
                let inside = edges.iter().filter(|((a, b), _)| members.contains(*a) && members.contains(*b));
                let lines = inside
                    .map(|((a, b), lines)| format!("{a} names {b}: {}", lines[..lines.len().min(SHOWN)].join(", ")));
                found.push(Circle { parent: parent.clone(), lines: lines.collect(), members });
            }
        }
    }
    found
}

fn source_of(folder: &str) -> PathBuf {
    root().join(folder).join("src")
}

#[test]
fn siblings_form_no_circle() {
    let mut found = String::new();
    for folder in folders() {
        for Circle { parent, members, lines } in circles(&source_of(folder)) {
            found += &format!("\n{folder} {parent}: {members:?}\n  {}", lines.join("\n  "));
        }
    }
    assert!(found.is_empty(), "modules form a circle: {found}");
}

/// The circles of a crate with these files.
fn circles_of(files: &[(&str, &str)]) -> Vec<Vec<String>> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    circles(folder.path()).into_iter().map(|circle| circle.members.into_iter().collect()).collect()
}

#[test]
fn a_circle_is_found_whatever_way_its_modules_are_named() {
    let root = "mod a; mod b; pub use a::A; use b::inner as other;";
    let closing = [
        "use crate::{a::{self as x}, B};",
        "use super::A;",
        "fn f() -> crate::A { todo!() }",
        "mod below { use super::super::a::*; }",
        "fn f(_: &'a str) { let _ = ('\"', r#\"\"#, \"//\"); super::a::f() }",
    ];
    for closing in closing {
        let b = format!("{closing} pub mod inner {{ pub struct B; }}");
        let files = [("lib.rs", root), ("a.rs", "pub struct A; use crate::other::B;"), ("b.rs", &b)];
        assert_eq!(circles_of(&files), [["a", "b"]], "{closing}");
    }
}

#[test]
fn tests_comments_texts_and_other_crates_close_no_circle() {
    let b = "// crate::a\nuse std::fmt; pub struct B(&'static str);\n#[cfg(test)]\nuse crate::{a::A};\n\
             #[cfg(test)]\nmod tests { use crate::a; }\nfn f() -> B { B(\"crate::a\") }";
    assert!(circles_of(&[("lib.rs", "mod a; mod b;"), ("a.rs", "use super::b::B;"), ("b.rs", b)]).is_empty());
}

#[test]
fn parent_and_child_may_name_each_other_and_levels_are_apart() {
    let files = [
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "mod c; mod d; use c::C; pub struct A;"),
        ("a/c.rs", "use super::A; use crate::b; pub struct C;"),
        ("a/d.rs", "use super::c::C; pub struct D;"),
        ("b.rs", ""),
    ];
    assert!(circles_of(&files).is_empty());
    let closed = [files[0], files[1], ("a/c.rs", "use super::d::D;"), files[3], ("b.rs", "use crate::a::A;")];
    assert_eq!(circles_of(&closed), [["c", "d"]]);
}
