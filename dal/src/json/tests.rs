//! Texts that people write, and their faults.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use serde::Deserialize;

use super::*;

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Whole {
    names: Vec<String>,
    rows: Vec<Row>,
    by_name: BTreeMap<String, Row>,
    any: Map<String, Value>,
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    size: u8,
    #[serde(default)]
    on: bool,
}

fn flaws(text: &str) -> Vec<String> {
    let read: Read<Whole> = read(text);
    read.flaws.iter().map(ToString::to_string).collect()
}

#[test]
fn a_key_given_twice_is_a_flaw_at_any_depth() {
    for (text, path) in [
        (r#"{"names": [], "names": []}"#, "names"),
        (r#"{"by_name": {"a": {"size": 1}, "b": {"size": 2}, "a": {"size": 3}}}"#, "by_name.a"),
        (r#"{"by_name": {"a": {"size": 1, "size": 1}}}"#, "by_name.a.size"),
        (r#"{"rows": [{"size": 1}, {"size": 1, "size": 2}]}"#, "rows[1].size"),
        (r#"{"any": {"x": [[{"y": {"z": 1, "z": 1}}]]}}"#, "any.x[0][0].y.z"),
        (r#"{"any": {"\u0061": 1, "a": 1}}"#, "any.a"),
    ] {
        let found = flaws(text);
        assert!(
            matches!(&found[..], [one] if one.starts_with(&format!("{path}: must not be given twice"))),
            "{found:?}"
        );
        assert_eq!(value(text).unwrap_err().len(), 1);
    }
    assert_eq!(flaws(r#"{"any": {"a": {"b": 1}, "b": {"a": 1}, "A": 1}}"#), [""; 0]);
}

#[test]
fn every_flaw_is_found_with_its_path_in_the_text() {
    let text = r#"{"names": ["a", 1, "b", 2, 3], "rows": [{"size": 1}, {}, {"size": 300}, {"size": 2, "of": 1}, []],
        "by_name": {"x": {"size": "1"}, "y": 7, "z": {"size": 1, "on": 1}}, "nams": []}"#;
    let found = flaws(text);
    let paths: Vec<_> = found.iter().map(|flaw| flaw.split(": ").next().unwrap()).collect();
    for path in [
        "names[1]",
        "names[3]",
        "names[4]",
        "rows[1]",
        "rows[2].size",
        "rows[3].of",
        "rows[4]",
        "by_name.x.size",
        "by_name.y",
        "by_name.z.on",
        "nams",
    ] {
        assert!(paths.contains(&path), "{path} in {found:#?}");
    }
    assert_eq!(paths.len(), 11, "{found:#?}");
}

#[test]
fn paths_into_the_remaining_value_map_to_the_text() {
    let read: Read<Whole> = read(r#"{"names": [1, "a", 2, "b"], "rows": [7, {"size": 1}]}"#);
    assert_eq!(read.value.names, ["a", "b"]);
    for (path, original) in [
        ("names[0]", "names[1]"),
        ("names[1]", "names[3]"),
        ("rows[0].size", "rows[1].size"),
        ("other[0]", "other[0]"),
        ("by_name.a[b", "by_name.a[b"),
        ("", ""),
    ] {
        assert_eq!(read.removed.original(path), original);
    }
}

#[test]
fn a_list_in_place_of_an_object_and_a_byte_order_mark_are_reported() {
    assert_eq!(flaws(r#"{"rows": [[1, true]]}"#), ["rows[0]: must be an object, found [1,true]"]);
    let marked = flaws("\u{feff}{}");
    assert!(matches!(&marked[..], [one] if one.contains("byte order mark")), "{marked:?}");
    assert_eq!(flaws(""), ["must be JSON: EOF while parsing a value at line 1 column 0, found an empty file"]);
    assert!(flaws("{} {}")[0].contains("trailing characters"));
    assert!(flaws(&"[".repeat(1_000))[0].contains("recursion limit"));
    assert!(flaws("null")[0].contains("null"), "{:?}", flaws("null"));
}
