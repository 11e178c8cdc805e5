//! The raw form of `LivePackEngineConf`, and the checks of each entry.

use std::{collections::BTreeMap, time::Duration};

use live_pack_engine::{Importance, Mode, Rollout, ShedPolicy, Stage, Strength, Waits};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{EngineEntry, MAX_ENGINE_TIMEOUT, Name};
use crate::config::{
    check::{Check, ms},
    percent::{Percent, number, percent},
    span::RawSpan,
};

/// Modes, timeouts, switches, strengths, dependencies and roll-outs of engines and tasks.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::config) struct EngineConf {
    /// Overlaid field by field from the general to the specific: `*/*`, `*/Engine`, `Method/*`, `Method/Engine`.
    pub(super) engines: Vec<Entry>,
}

#[derive(Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::config) struct Entry {
    /// The method as the IDL spells it, or `*`.
    method: String,
    /// The engine, or `*`. For `enabled` and `strength` also a flow that is a branch of another, `Bag` in `GetLiveBagAssemble`.
    engine: String,
    /// Whether the engine runs, where it is a weak branch of its method: `false` leaves its part of the answer out, which is
    /// not reported as a loss. `false` is refused where the answer needs the engine. Default: true.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    enabled: Option<bool>,
    /// `strong`: a failure of the engine is the failure of the call, also where it is a weak branch of its method. `weak` is
    /// refused where the answer needs the engine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    strength: Option<Strength>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mode: Option<Mode>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    waits: Option<Waits>,
    /// Maximum duration of the engine: 1ms to 3s. Default: 500ms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    timeout: Option<RawSpan>,
    /// Part of the timeout that is reserved for the converters; less than the timeout. Default: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reserve: Option<RawSpan>,
    /// When the least important weak tasks are left out. Overlays as a whole. Default: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    shed: Option<RawShed>,
    /// By the name of the task.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    tasks: BTreeMap<String, Task>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct RawShed {
    /// Target duration of the engine: 1ms to 3s.
    target: RawSpan,
    /// Percentage of runs that may exceed the target: 0 to 100, at most two decimals.
    tolerated_percent: serde_json::Number,
    /// Length of the window: 100ms to 1m.
    window: RawSpan,
    /// Fewest runs in a window from which pressure is judged: 1 to 1000000.
    min_engines: u32,
    /// Number of calm windows in a row after which one level of tasks is restored: 1 to 1000.
    calm_windows: u32,
}

impl Default for RawShed {
    fn default() -> Self {
        let ShedPolicy { target, tolerated_percent, window, min_engines, calm_windows } = ShedPolicy::default();
        Self {
            target: RawSpan::of(target),
            tolerated_percent: number(tolerated_percent),
            window: RawSpan::of(window),
            min_engines,
            calm_windows,
        }
    }
}

#[derive(Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Task {
    /// Whether the task runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    enabled: Option<bool>,
    /// Maximum duration of the task: 1ms to 3s.
    #[serde(skip_serializing_if = "Option::is_none")]
    timeout: Option<RawSpan>,
    /// `strong`: its failure ends the engine. `weak`: the engine continues without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    strength: Option<Strength>,
    /// Tasks it waits for, in addition to those it reads. Adds edges, never removes one.
    #[serde(skip_serializing_if = "Option::is_none")]
    depends_on: Option<Vec<String>>,
    /// In staged mode: the task starts in its own stage and must be done only before this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    join_before: Option<JoinBefore>,
    /// The requests that get the task. Overlays as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    rollout: Option<RawRollout>,
    /// Order in which tasks are shed.
    #[serde(skip_serializing_if = "Option::is_none")]
    importance: Option<Importance>,
    #[serde(skip_serializing_if = "Option::is_none")]
    waits: Option<Waits>,
}

/// A stage that can be joined before: any but the first.
#[derive(Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum JoinBefore {
    /// The second stage.
    Filters,
    /// The third.
    Sorters,
    /// The fourth.
    Loaders,
    /// The last.
    Converters,
}

impl From<JoinBefore> for Stage {
    fn from(stage: JoinBefore) -> Self {
        match stage {
            JoinBefore::Filters => Self::Filters,
            JoinBefore::Sorters => Self::Sorters,
            JoinBefore::Loaders => Self::Loaders,
            JoinBefore::Converters => Self::Converters,
        }
    }
}

#[derive(Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct RawRollout {
    /// Share of viewers: 0 to 100, at most two decimals; default: 100. Raising it never removes a viewer.
    #[serde(skip_serializing_if = "Option::is_none")]
    percent: Option<serde_json::Number>,
    /// These regions only; empty: all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    regions: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    app_versions: Option<RawVersions>,
}

/// Versions of the client, such as 340502.
#[derive(Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::config) struct RawVersions {
    /// The oldest version; clients that state no version are then left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::config) min: Option<i32>,
    /// The newest version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::config) max: Option<i32>,
}

impl RawVersions {
    /// Checks the versions of the member `app_versions` of `at`.
    pub(in crate::config) fn check(&self, at: &str, check: &mut Check<'_>) {
        for (name, version) in [("min", self.min), ("max", self.max)] {
            if let Some(version) = version {
                check.within(format_args!("{at}.app_versions.{name}"), version, 1..=i32::MAX);
            }
        }
        if self.min.zip(self.max).is_some_and(|(min, max)| min > max) {
            check.fail(format_args!("{at}.app_versions.min"), "must be at most max", &self.min);
        }
    }
}

impl Default for EngineConf {
    /// The four engines of GetLiveBagData, with one task as an example of a switch.
    fn default() -> Self {
        let engines = ["LiveBagProductsEngine", "LiveBagAuctionEngine", "PinCardDataEngine", "LiveBagTabEngine"];
        let entry = |engine: &str| Entry {
            method: "GetLiveBagData".into(),
            engine: engine.into(),
            enabled: None,
            strength: None,
            mode: Some(Mode::Staged),
            waits: None,
            timeout: Some(RawSpan::of(Duration::from_millis(300))),
            reserve: Some(RawSpan::of(Duration::from_millis(20))),
            shed: None,
            tasks: BTreeMap::new(),
        };
        let mut engines: Vec<_> = engines.into_iter().map(entry).collect();
        if let Some(products) = engines.first_mut() {
            let timeout = Some(RawSpan::of(Duration::from_millis(80)));
            let shown = Task { enabled: Some(true), timeout, ..Task::default() };
            products.tasks.insert("ProductAtmosphereLoader".into(), shown);
        }
        Self { engines }
    }
}

impl Entry {
    pub(in crate::config) fn checked(self, index: usize, check: &mut Check<'_>) -> EngineEntry {
        let at = format!("engines[{index}]");
        let limit = ms(1)..=MAX_ENGINE_TIMEOUT;
        let tasks = self.tasks.into_iter().map(|(name, task)| {
            let at = format!("{at}.tasks.{name}");
            if !is_name(&name) {
                check.fail(&at, "must be named by letters, digits and _", &name);
            }
            (name.into(), task.checked(&at, check))
        });
        EngineEntry {
            tasks: tasks.collect(),
            method: name(format!("{at}.method"), self.method, check),
            engine: name(format!("{at}.engine"), self.engine, check),
            enabled: self.enabled,
            strength: self.strength,
            mode: self.mode,
            waits: self.waits,
            timeout: check.said(format_args!("{at}.timeout"), self.timeout.as_ref(), limit.clone()),
            reserve: check.said(format_args!("{at}.reserve"), self.reserve.as_ref(), limit),
            shed: self.shed.and_then(|raw| raw.checked(&format!("{at}.shed"), check)),
        }
    }
}

impl RawShed {
    /// `None` if it has a fault.
    fn checked(self, at: &str, check: &mut Check<'_>) -> Option<ShedPolicy> {
        let before = check.faults.len();
        let shed = ShedPolicy {
            target: check.span(format_args!("{at}.target"), &self.target, ms(1)..=MAX_ENGINE_TIMEOUT),
            tolerated_percent: percent(format!("{at}.tolerated_percent"), &self.tolerated_percent, check).as_f64(),
            window: check.span(format_args!("{at}.window"), &self.window, ms(100)..=ms(60_000)),
            min_engines: check.within(format_args!("{at}.min_engines"), self.min_engines, 1..=1_000_000),
            calm_windows: check.within(format_args!("{at}.calm_windows"), self.calm_windows, 1..=1_000),
        };
        (check.faults.len() == before).then_some(shed)
    }
}

impl Task {
    fn checked(self, at: &str, check: &mut Check<'_>) -> super::TaskConf {
        let limit = ms(1)..=MAX_ENGINE_TIMEOUT;
        for (index, name) in self.depends_on.iter().flatten().enumerate() {
            if !is_name(name) {
                check.fail(format_args!("{at}.depends_on[{index}]"), "must be the name of a task", name);
            }
        }
        super::TaskConf {
            enabled: self.enabled,
            timeout: check.said(format_args!("{at}.timeout"), self.timeout.as_ref(), limit),
            strength: self.strength,
            depends_on: self.depends_on.map(|names| names.into_iter().map(Into::into).collect()),
            join_before: self.join_before.map(Stage::from),
            rollout: self.rollout.map(|raw| raw.checked(&format!("{at}.rollout"), check)),
            importance: self.importance,
            waits: self.waits,
        }
    }
}

impl RawRollout {
    fn checked(self, at: &str, check: &mut Check<'_>) -> Rollout {
        let versions = self.app_versions.unwrap_or_default();
        versions.check(at, check);
        Rollout {
            percent: self.percent.map_or(Percent::ALL, |raw| percent(format!("{at}.percent"), &raw, check)).as_f64(),
            regions: check
                .regions(format_args!("{at}.regions"), &self.regions)
                .iter()
                .map(ToString::to_string)
                .collect(),
            min_app_version: versions.min,
            max_app_version: versions.max,
        }
    }
}

fn name(at: String, raw: String, check: &mut Check<'_>) -> Name {
    if raw == "*" {
        return Name::Any;
    }
    if !is_name(&raw) {
        check.fail(at, "must be a name of letters, digits and _, or \"*\"", &raw);
    }
    Name::Only(raw.into())
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
