//! Checks the files of alert rules, runbook and dashboard.

use std::{collections::BTreeSet, process::Command};

use live_pack_metrics::GROUPS;
use serde_json::Value;

use super::prometheus::program;
use crate::{documents::snippets::read, house::root};

/// The names of the alerts.
fn alerts() -> BTreeSet<String> {
    let rules = read("conf/observability/alerts.yml");
    rules.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")).map(str::to_owned).collect()
}

/// The expressions of the dashboard, each with the title of its panel.
pub(super) fn expressions() -> Vec<(String, String)> {
    let dashboard: Value = serde_json::from_str(&read("conf/observability/dashboard.json")).unwrap();
    let panels = dashboard["panels"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let found: Vec<_> = panels
        .filter(|panel| panel["type"] != "row")
        .flat_map(|panel| {
            let targets = panel["targets"].as_array().unwrap().iter();
            targets.map(move |target| (text(&panel["title"]), text(&target["expr"])))
        })
        .collect();
    assert!(found.len() > 30, "the search for expressions finds only {}", found.len());
    found
}

fn promtool(arguments: &[&str]) -> String {
    let mut command = Command::new(program("promtool"));
    let output = command.args(arguments).current_dir(root().join("conf/observability")).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text).into_owned();
    assert!(output.status.success(), "promtool {arguments:?}: {text}");
    text
}

#[test]
fn each_alert_has_a_section_of_the_runbook_and_each_section_an_alert() {
    let (rules, runbook) = (read("conf/observability/alerts.yml"), read("docs/runbook.md"));
    let sections = runbook.lines().filter_map(|line| line.strip_prefix("## ")).filter(|name| *name != "Set up");
    assert_eq!(sections.map(str::to_owned).collect::<BTreeSet<_>>(), alerts());
    for alert in alerts() {
        let link = format!("runbook_url: docs/runbook.md#{}\n", alert.to_lowercase());
        assert!(rules.contains(&link), "{alert} must have {link}");
    }
    for part in ["- **Meaning**: ", "- **Look at**: ", "- **Do**: "] {
        assert_eq!(runbook.matches(part).count(), alerts().len(), "{part}");
    }
}

#[test]
fn the_rules_are_valid_and_each_alert_fires_in_its_fault() {
    promtool(&["check", "config", "prometheus.yml"]);
    promtool(&["check", "rules", "--lint=all", "--lint-fatal", "alerts.yml"]);
    promtool(&["test", "rules", "alerts_test.yml"]);
    let tests = read("conf/observability/alerts_test.yml");
    for alert in alerts() {
        assert!(tests.contains(&format!("alertname=\"{alert}\"")), "no test of {alert}");
    }
}

#[test]
fn rules_and_dashboard_name_metrics_of_the_table() {
    let families: BTreeSet<_> = GROUPS.iter().flat_map(|group| group.families).map(|family| family.name).collect();
    let sources =
        [read("conf/observability/alerts.yml"), read("conf/observability/dashboard.json"), read("docs/runbook.md")];
    let mut checked = 0;
    for text in sources {
        let names = text.split(|sign: char| !sign.is_ascii_alphanumeric() && sign != '_' && sign != ':');
        let names = names.filter(|name| name.starts_with("live_pack_") || name.starts_with("process_"));
        for name in names.filter(|name| !name.starts_with("live_pack:") && !GROUP_NAMES.contains(name)) {
            let family = ["_bucket", "_count", "_sum"].iter().find_map(|end| name.strip_suffix(end));
            let known = families.contains(name) || family.is_some_and(|family| families.contains(family));
            assert!(known, "no metric {name}");
            checked += 1;
        }
    }
    assert!(checked > 80, "the search for metrics finds only {checked}");
}

/// Names of rule groups, which look like metric names.
const GROUP_NAMES: [&str; 6] = [
    "live_pack_ratios",
    "live_pack_objectives",
    "live_pack_downstreams",
    "live_pack_tasks",
    "live_pack_capacity",
    "live_pack_process",
];
