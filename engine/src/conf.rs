//! The configuration of an engine, after general and specific rules have been merged.

use std::{collections::BTreeMap, time::Duration};

use crate::{
    Importance, Shedding, Stage, Strength, Subject,
    hash::{FNV_BASIS, finish, fnv1a},
};

/// Execution mode: when tasks start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "conf", derive(schemars::JsonSchema), schemars(rename = "EngineMode"))]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Stage by stage; inside a stage tasks follow their edges.
    #[default]
    Staged,
    /// Each task starts as soon as its inputs are ready.
    Dag,
}

/// Place where a task is polled while it waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "conf", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Waits {
    /// On its own tokio task, so that tasks that compute or decode a lot run in parallel. One of the tasks that wait together
    /// stays in place.
    #[default]
    Tokio,
    /// In the tokio task of the engine: cheaper, for tasks that only wait. While one of them computes, the others do not run.
    InPlace,
}

impl Waits {
    /// The name, as configuration spells it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tokio => "tokio",
            Self::InPlace => "in_place",
        }
    }
}

/// The origin of each value by field name, as shown by [`crate::AnyPlan::explain`]. A field without an
/// entry is shown as a default.
pub type Origins = BTreeMap<&'static str, String>;

/// The configuration of an engine.
///
/// ```
/// # use std::time::Duration;
/// # use live_pack_engine::PlanConf;
/// let conf = PlanConf {
///     timeout: Duration::from_millis(300),
///     origins: [("timeout", "engines[2] (*/ShelfPage)".to_owned())].into(),
///     ..PlanConf::default()
/// };
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct PlanConf {
    /// Execution mode.
    pub mode: Mode,
    /// Maximum duration of the engine.
    pub timeout: Duration,
    /// Part of the timeout that is reserved for the converters.
    pub reserve: Duration,
    /// Place where its tasks are polled while they wait; `None` keeps the definition's own value.
    pub waits: Option<Waits>,
    /// Configuration by task.
    pub tasks: BTreeMap<String, TaskConf>,
    /// Load shedding under pressure; `None` disables it.
    pub shedding: Option<Shedding>,
    /// The version of the configuration, for [`crate::Record::version`]; may be empty.
    pub version: String,
    /// Origins of `mode`, `timeout`, `reserve`, `waits` and `shedding`.
    pub origins: Origins,
}

impl PlanConf {
    /// The timeout of an engine without a configured one.
    pub const TIMEOUT: Duration = Duration::from_millis(500);
}

impl Default for PlanConf {
    fn default() -> Self {
        Self {
            mode: Mode::Staged,
            timeout: Self::TIMEOUT,
            reserve: Duration::ZERO,
            waits: None,
            tasks: BTreeMap::new(),
            shedding: None,
            version: String::new(),
            origins: Origins::new(),
        }
    }
}

/// The configuration of a task; `None` keeps the task's own value.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TaskConf {
    /// Whether it runs.
    pub enabled: Option<bool>,
    /// Maximum duration; capped by that of the engine.
    pub timeout: Option<Duration>,
    /// Whether the engine can do without it.
    pub strength: Option<Strength>,
    /// Tasks it waits for, in addition to those it reads.
    pub depends_on: Vec<String>,
    /// In staged mode: the stage by whose start it must be done.
    pub join_before: Option<Stage>,
    /// The requests that run it. A shadow task runs in none unless this is set.
    pub rollout: Option<Rollout>,
    /// Place where it is polled while it waits; `None` means as for the engine.
    pub waits: Option<Waits>,
    /// When it is shed under pressure.
    pub importance: Option<Importance>,
    /// Origins of the values of the other fields.
    pub origins: Origins,
}

/// The requests that run a task: percent, regions and versions must all match.
#[derive(Debug, Clone, PartialEq)]
pub struct Rollout {
    /// 0 to 100, by a stable hash of the subject, salted with the task's name. Raising it never removes a subject.
    pub percent: f64,
    /// Only these regions; all if empty.
    pub regions: Vec<String>,
    /// Minimum version; if set, clients that state no version (0) are excluded.
    pub min_app_version: Option<i32>,
    /// Maximum version.
    pub max_app_version: Option<i32>,
}

impl Default for Rollout {
    fn default() -> Self {
        Self { percent: 100.0, regions: Vec::new(), min_app_version: None, max_app_version: None }
    }
}

impl Rollout {
    /// Whether it includes every request.
    #[must_use]
    pub fn is_everybody(&self) -> bool {
        self.percent >= 100.0
            && self.regions.is_empty()
            && self.min_app_version.is_none()
            && self.max_app_version.is_none()
    }

    /// Whether `subject` is included in the roll-out of `task`.
    #[must_use]
    pub fn includes(&self, task: &str, subject: Subject<'_>) -> bool {
        let version = subject.app_version;
        f64::from(bucket(task, subject.key)) < self.percent * 100.0
            && (self.regions.is_empty() || self.regions.iter().any(|region| region == subject.region))
            && self.min_app_version.is_none_or(|min| version != 0 && version >= min)
            && self.max_app_version.is_none_or(|max| version <= max)
    }
}

/// A stable bucket from 0 to 9,999: FNV-1a of the salt, mixed with the key by the finaliser of SplitMix64.
fn bucket(salt: &str, key: u64) -> u32 {
    let mixed = finish(key.wrapping_add(fnv1a(FNV_BASIS, salt.as_bytes())).wrapping_add(0x9e37_79b9_7f4a_7c15));
    u32::try_from(mixed % 10_000).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(key: u64) -> Subject<'static> {
        Subject { key, region: "US", app_version: 340_502 }
    }

    #[test]
    fn raising_the_percent_never_removes_a_subject_and_hits_the_share() {
        let at = |percent| Rollout { percent, ..Rollout::default() };
        for percent in [0.0, 1.0, 25.0, 50.0, 99.0, 100.0] {
            let count = (0..100_000).filter(|&key| at(percent).includes("A", subject(key))).count();
            assert!((count as f64 / 1000.0 - percent).abs() < 1.0, "{percent} % gave {count}");
            assert!(
                (0..10_000).all(
                    |key| !at(percent).includes("A", subject(key)) || at(percent + 1.0).includes("A", subject(key))
                )
            );
        }
    }

    #[test]
    fn buckets_are_stable() {
        let rows = [("A", 0), ("A", 1), ("ProductDetailLoader", 101)];
        assert_eq!(rows.map(|(salt, key)| bucket(salt, key)), [5187, 1651, 9811]);
    }

    #[test]
    fn regions_and_versions_narrow_a_roll_out() {
        let rollout = Rollout { regions: vec!["GB".into()], ..Rollout::default() };
        assert!(!rollout.includes("A", subject(1)));
        let rollout = Rollout { min_app_version: Some(340_600), ..Rollout::default() };
        assert!(!rollout.includes("A", subject(1)));
    }
}
