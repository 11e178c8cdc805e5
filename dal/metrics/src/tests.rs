//! Naming rules of the table, and its agreement with `docs/metrics.md`. `UPDATE_METRICS=1` rewrites the document.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::{collections::BTreeSet, fmt::Write as _, path::Path};

use prometheus::{Registry, TextEncoder};

use crate::{CONFIG_INFO, Family, GROUPS, Kind, LABELS, LOG_LINES_DROPPED, REQUESTS};

fn families() -> impl Iterator<Item = &'static Family> {
    GROUPS.iter().flat_map(|group| group.families)
}

#[test]
fn names_are_unique_and_end_with_their_unit() {
    let mut seen = BTreeSet::new();
    for family in families() {
        assert!(seen.insert(family.name), "{} is defined twice", family.name);
        assert!(family.name.starts_with("live_pack_") || family.name.starts_with("process_"), "{}", family.name);
        assert_eq!(family.name.ends_with("_total"), family.kind == Kind::Counter, "{}", family.name);
        assert!(family.help.ends_with('.') && !family.help.starts_with(' '), "{}: {:?}", family.name, family.help);
        assert!(family.buckets.is_sorted_by(|one, next| one < next), "{}: {:?}", family.name, family.buckets);
    }
}

#[test]
fn each_label_has_a_meaning_and_each_meaning_a_label() {
    let used: BTreeSet<_> = families().flat_map(|family| family.labels).copied().collect();
    let known: BTreeSet<_> = LABELS.iter().map(|(label, _)| *label).collect();
    assert_eq!(used, known);
}

#[test]
fn a_read_metric_has_its_value_at_the_time_of_the_scrape() {
    let registry = Registry::new();
    LOG_LINES_DROPPED.read(&registry, |lines| lines.put(&[], 3.0)).unwrap();
    CONFIG_INFO.read(&registry, |info| info.put(&["abc"], 1.0)).unwrap();
    let requests = REQUESTS.register(&registry).unwrap();
    requests.with_label_values(&["GetLiveBagTab", "0"]).inc();
    let text = TextEncoder::new().encode_to_string(&registry.gather()).unwrap();
    for line in [
        "# TYPE live_pack_log_lines_dropped_total counter\nlive_pack_log_lines_dropped_total 3\n",
        "# TYPE live_pack_config_info gauge\nlive_pack_config_info{version=\"abc\"} 1\n",
        "live_pack_requests_total{code=\"0\",method=\"GetLiveBagTab\"} 1\n",
    ] {
        assert!(text.contains(line), "{line} in\n{text}");
    }
    assert!(REQUESTS.register(&registry).is_err(), "a name is registered once");
}

const BEGIN: &str = "<!-- written from the table: UPDATE_METRICS=1 cargo test -p live-pack-metrics -->\n";

/// The part of the document that is generated from the table.
fn rendered() -> String {
    let mut text = BEGIN.to_owned();
    for group in GROUPS {
        write!(text, "\n## {}\n\n| metric | kind | labels | meaning |\n|---|---|---|---|\n", group.title).unwrap();
        for Family { name, kind, labels, help, advice, .. } in group.families {
            let labels: Vec<_> = labels.iter().map(|label| format!("`{label}`")).collect();
            let advice = if advice.is_empty() { String::new() } else { format!(" {advice}") };
            writeln!(text, "| `{name}` | {} | {} | {help}{advice} |", kind.name(), labels.join(", ")).unwrap();
        }
    }
    text.push_str("\n## Labels\n\n| label | values |\n|---|---|\n");
    for (label, meaning) in LABELS {
        writeln!(text, "| `{label}` | {meaning} |").unwrap();
    }
    text
}

#[test]
fn the_document_matches_the_table() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/metrics.md");
    let document = std::fs::read_to_string(&path).unwrap();
    let (handwritten, generated) = document.split_at(document.find(BEGIN).unwrap());
    if std::env::var_os("UPDATE_METRICS").is_some() {
        std::fs::write(&path, handwritten.to_owned() + &rendered()).unwrap();
        return;
    }
    assert!(
        generated == rendered(),
        "docs/metrics.md differs from the table: run with UPDATE_METRICS=1, then read the difference"
    );
}
