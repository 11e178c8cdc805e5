//! `LivePackEngineConf`: modes, timeouts, switches, strengths, dependencies and roll-outs, as entries that overlay.
//!
//! [`EngineConf::effective`] combines the entries for one engine. The compiler of plans checks that tasks and engines
//! of these names exist and that the edges make sense.

use std::{collections::BTreeMap, fmt, time::Duration};

use pilota::FastStr;

use super::{Key, check::Check, keyed::Keyed};
use crate::model::Region;

mod raw;

pub(super) use raw::percent;

/// The timeout of an engine without a timeout in any entry.
pub const DEFAULT_ENGINE_TIMEOUT: Duration = Duration::from_millis(500);
/// The largest timeout an entry may set.
pub const MAX_ENGINE_TIMEOUT: Duration = Duration::from_secs(3);

/// `LivePackEngineConf`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineConf {
    /// In the order of the file, which has no meaning: no two are for the same method and engine.
    pub entries: Vec<EngineEntry>,
}

/// The settings of some engines. `None`: not set by this entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineEntry {
    /// The method.
    pub method: Name,
    /// The engine, or the flow of engines.
    pub engine: Name,
    /// Whether a branch with this name runs.
    pub enabled: Option<bool>,
    /// Whether an answer can do without a branch with this name.
    pub strength: Option<TaskStrength>,
    /// Execution mode.
    pub mode: Option<EngineMode>,
    /// Maximum duration of the engine.
    pub timeout: Option<Duration>,
    /// Part of the timeout that is reserved for the converters.
    pub reserve: Option<Duration>,
    /// When the least important tasks are left out.
    pub shed: Option<Shed>,
    /// By the name of the task.
    pub tasks: BTreeMap<FastStr, TaskConf>,
}

/// A name, or every name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Name {
    /// `*`.
    Any,
    /// This one.
    Only(FastStr),
}

impl Name {
    /// Whether `name` is covered.
    #[must_use]
    pub fn covers(&self, name: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Only(only) => only.as_str() == name,
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("*"),
            Self::Only(name) => f.write_str(name),
        }
    }
}

/// Execution mode: when tasks start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum EngineMode {
    /// Stage by stage.
    Staged,
    /// Each task as soon as its inputs are ready.
    Dag,
}

/// The settings of a task. `None`: not set by this entry.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TaskConf {
    /// Whether the task runs.
    pub enabled: Option<bool>,
    /// Maximum duration of the task.
    pub timeout: Option<Duration>,
    /// Whether the engine can do without the task.
    pub strength: Option<TaskStrength>,
    /// Tasks it waits for, in addition to those it reads.
    pub depends_on: Option<Vec<FastStr>>,
    /// In staged mode: the stage before which it must be done.
    pub join_before: Option<JoinBefore>,
    /// The requests that get the task.
    pub rollout: Option<Rollout>,
    /// Order in which tasks are shed.
    pub importance: Option<Importance>,
}

/// Whether an engine can do without a task, or an answer without a branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum TaskStrength {
    /// It can.
    Weak,
    /// It cannot.
    Strong,
}

/// A stage that can be joined before: any but the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum JoinBefore {
    /// The second stage.
    Filters,
    /// The third.
    Sorters,
    /// The fourth.
    Loaders,
    /// The last.
    Converters,
}

/// Load shedding within an engine: tasks are left out when too large a share of a window exceeds the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shed {
    /// Target duration of the engine.
    pub target: Duration,
    /// Share of runs that may exceed the target.
    pub tolerated: Percent,
    /// Length of the window.
    pub window: Duration,
    /// Fewest runs in a window from which pressure is judged.
    pub min_engines: u32,
    /// Number of calm windows in a row after which one level of tasks is restored.
    pub calm_windows: u32,
}

/// Order in which tasks are shed.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Importance {
    /// Shed first.
    Low,
    /// Shed next.
    Normal,
    /// Never shed.
    High,
}

/// The requests that get a task: percent *and* regions *and* versions must match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rollout {
    /// Share of viewers.
    pub percent: Percent,
    /// These regions only; empty: all.
    pub regions: Vec<Region>,
    /// These client versions only.
    pub app_versions: AppVersions,
}

/// Versions of the client, as 340502, both bounds included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AppVersions {
    /// At least this.
    pub min: Option<i32>,
    /// At most this.
    pub max: Option<i32>,
}

/// A share, exact to a hundredth of a percent.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Percent(u16);

impl Percent {
    /// All viewers.
    pub const ALL: Self = Self(10_000);
    /// No viewers.
    pub const NONE: Self = Self(0);

    /// `None` above 100 %.
    #[must_use]
    pub const fn from_hundredths(hundredths: u16) -> Option<Self> {
        if hundredths <= 10_000 { Some(Self(hundredths)) } else { None }
    }

    /// 0 to 10,000, for comparison with a bucket.
    #[must_use]
    pub const fn hundredths(self) -> u16 {
        self.0
    }

    /// 0.0 to 100.0.
    #[must_use]
    pub fn as_f64(self) -> f64 {
        f64::from(self.0) / 100.0
    }
}

impl fmt::Debug for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} %", self.as_f64())
    }
}

impl Keyed for EngineConf {
    const KEY: Key = Key::Engine;
    type Raw = raw::EngineConf;

    fn checked(raw: Self::Raw, check: &mut Check<'_>) -> Self {
        let entries = raw.engines.into_iter().enumerate();
        let conf = Self { entries: entries.map(|(index, entry)| entry.checked(index, check)).collect() };
        conf.check_together(check);
        conf
    }
}

impl EngineConf {
    /// Checks the rules that span several entries.
    fn check_together(&self, check: &mut Check<'_>) {
        for (index, entry) in self.entries.iter().enumerate() {
            let mut before = self.entries.iter().take(index);
            if let Some(first) = before.position(|other| other.method == entry.method && other.engine == entry.engine) {
                let found = format!("{}/{}", entry.method, entry.engine);
                check.fail(
                    format_args!("engines[{index}]"),
                    format!("must not repeat the method and engine of engines[{first}]"),
                    &found,
                );
            }
        }
        let methods = self.names(|entry| &entry.method);
        let engines = self.names(|entry| &entry.engine);
        for (method, engine) in methods.iter().flat_map(|method| engines.iter().map(move |engine| (method, engine))) {
            let effective = self.effective(method, engine);
            let (Some(reserve), timeout) = (&effective.reserve, effective.timeout()) else { continue };
            let path = format!("engines[{}].reserve", reserve.origin.entry);
            if reserve.value >= timeout && check.faults.iter().all(|fault| fault.path != path) {
                let rule =
                    format!("must be less than the timeout of {method}/{engine}, {}", super::check::Written(timeout));
                check.fail(path, rule, &super::span::Span::of(reserve.value));
            }
        }
    }

    /// Every name in an entry, and `*`, for all other names.
    fn names(&self, of: impl Fn(&EngineEntry) -> &Name) -> Vec<&str> {
        let mut names = vec!["*"];
        names.extend(self.entries.iter().filter_map(|entry| match of(entry) {
            Name::Any => None,
            Name::Only(name) => Some(name.as_str()),
        }));
        names.sort_unstable();
        names.dedup();
        names
    }
}
