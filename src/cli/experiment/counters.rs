//! The counters of arms in the text that `/metrics` answers.

use std::collections::BTreeMap;

use super::statistics::Buckets;

/// The counters of one arm.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ArmCounters {
    /// Requests that read the arm.
    pub exposures: f64,
    /// Answers by outcome.
    pub answers: BTreeMap<String, f64>,
    /// Seconds of an answer.
    pub seconds: Buckets,
}

impl ArmCounters {
    /// All answers.
    #[must_use]
    pub fn answered(&self) -> f64 {
        self.answers.values().sum()
    }

    /// Answers with an outcome.
    #[must_use]
    pub fn with(&self, outcome: &str) -> f64 {
        self.answers.get(outcome).copied().unwrap_or_default()
    }
}

/// The arms of an experiment, by name, added up over all processes whose texts were put together.
#[must_use]
pub fn read(text: &str, experiment: &str) -> BTreeMap<String, ArmCounters> {
    let mut arms: BTreeMap<String, ArmCounters> = BTreeMap::new();
    for Series { name, labels, value } in text.lines().filter_map(Series::parse) {
        let label = |name: &str| labels.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        let (Some(arm), true) = (label("arm"), label("experiment") == Some(experiment)) else { continue };
        let arm = arms.entry(arm.to_owned()).or_default();
        match name {
            "live_pack_experiment_exposures_total" => arm.exposures += value,
            "live_pack_experiment_answers_total" => {
                *arm.answers.entry(label("outcome").unwrap_or_default().to_owned()).or_default() += value;
            }
            "live_pack_experiment_seconds_bucket" => {
                let Some(bound) = label("le").and_then(bound) else { continue };
                let buckets = &mut arm.seconds.0;
                match buckets.iter_mut().find(|(known, _)| known.total_cmp(&bound).is_eq()) {
                    Some((_, count)) => *count += value,
                    None => buckets.push((bound, value)),
                }
            }
            _ => {}
        }
    }
    for arm in arms.values_mut() {
        arm.seconds.0.sort_by(|(one, _), (two, _)| one.total_cmp(two));
    }
    arms
}

fn bound(text: &str) -> Option<f64> {
    if text == "+Inf" { Some(f64::INFINITY) } else { text.parse().ok() }
}

/// A line of the text: `name{label="value",…} 1`. Values of our labels hold no quotation marks.
struct Series<'t> {
    name: &'t str,
    labels: Vec<(String, String)>,
    value: f64,
}

impl<'t> Series<'t> {
    fn parse(line: &'t str) -> Option<Self> {
        let (name, rest) = line.split_once('{')?;
        let (labels, value) = rest.split_once('}')?;
        let label = |text: &str| {
            let (name, value) = text.split_once('=')?;
            Some((name.trim().to_owned(), value.trim_matches('"').to_owned()))
        };
        let labels = labels.split(',').filter_map(label).collect();
        // a timestamp may follow
        let value = value.split_whitespace().next()?.parse().ok()?;
        Some(Self { name, labels, value })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing, clippy::cast_possible_truncation, reason = "tests")]

    use super::*;

    #[test]
    fn counters_are_found_by_experiment_and_added_up() {
        let text = r#"# HELP live_pack_experiment_exposures_total x
live_pack_experiment_exposures_total{arm="on",experiment="a"} 3
live_pack_experiment_exposures_total{arm="on",experiment="b"} 9
live_pack_experiment_exposures_total{experiment="a",arm="on",instance="2"} 4 1795000000000
live_pack_experiment_answers_total{arm="on",experiment="a",outcome="failed"} 2
live_pack_experiment_answers_total{arm="on",experiment="a",outcome="whole"} 5
live_pack_experiment_seconds_bucket{arm="on",experiment="a",le="+Inf"} 7
live_pack_experiment_seconds_bucket{arm="on",experiment="a",le="0.001"} 4
live_pack_experiment_seconds_sum{arm="on",experiment="a"} 0.1
other 5"#;
        let arms = read(text, "a");
        assert_eq!(arms.keys().collect::<Vec<_>>(), ["on"]);
        let arm = &arms["on"];
        assert_eq!((arm.exposures as i64, arm.answered() as i64, arm.with("failed") as i64), (7, 7, 2));
        assert_eq!(arm.seconds, Buckets(vec![(0.001, 4.0), (f64::INFINITY, 7.0)]));
        assert!(read(text, "c").is_empty());
    }
}
