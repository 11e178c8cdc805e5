//! `LivePackEngineConf`: modes, timeouts, switches, strengths, dependencies and roll-outs, as entries that overlay.
//!
//! What the entries say together of one engine is [`EngineConf::effective`]. Whether tasks and engines of these names
//! exist, and whether the edges make sense, is for whoever compiles plans to check.

use std::{collections::BTreeMap, fmt, time::Duration};

use pilota::FastStr;

use super::{Key, check::Check, keyed::Keyed};
use crate::model::Region;

mod raw;

pub(super) use raw::percent;

/// An engine of which no entry says how long it may take.
pub const DEFAULT_ENGINE_TIMEOUT: Duration = Duration::from_millis(500);
/// No entry may say more.
pub const MAX_ENGINE_TIMEOUT: Duration = Duration::from_secs(3);

/// `LivePackEngineConf`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineConf {
    /// In the order of the file, which does not matter: no two are for the same method and engine.
    pub entries: Vec<EngineEntry>,
}

/// What is said of some engines. `None` is "not said here".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineEntry {
    /// The method.
    pub method: Name,
    /// The engine.
    pub engine: Name,
    /// How tasks are let go.
    pub mode: Option<EngineMode>,
    /// How long the engine may take.
    pub timeout: Option<Duration>,
    /// What of that is kept for the converters.
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
    /// Whether `name` is meant.
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

/// How tasks are let go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum EngineMode {
    /// Stage by stage.
    Staged,
    /// Every task as soon as what it reads is there.
    Dag,
}

/// What is said of a task. `None` is "not said here".
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TaskConf {
    /// Whether it runs at all.
    pub enabled: Option<bool>,
    /// How long it may take.
    pub timeout: Option<Duration>,
    /// Whether the engine can do without it.
    pub strength: Option<TaskStrength>,
    /// Tasks it waits for, beside those it reads.
    pub depends_on: Option<Vec<FastStr>>,
    /// In staged mode: need only be done before this stage.
    pub join_before: Option<JoinBefore>,
    /// To whom it is given.
    pub rollout: Option<Rollout>,
    /// Which tasks go first when load is shed.
    pub importance: Option<Importance>,
}

/// Whether an engine can do without a task.
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

/// When an engine is under pressure: too many of a window take longer than the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shed {
    /// What the engine should take.
    pub target: Duration,
    /// How many may take longer.
    pub tolerated: Percent,
    /// Over how long that is judged.
    pub window: Duration,
    /// A window of fewer engines says nothing of pressure.
    pub min_engines: u32,
    /// How many calm windows in a row let one level of tasks in again.
    pub calm_windows: u32,
}

/// Which tasks go first when load is shed.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Importance {
    /// These.
    Low,
    /// Then these.
    Normal,
    /// Never these.
    High,
}

/// To whom a task is given: percent *and* regions *and* versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rollout {
    /// To how many.
    pub percent: Percent,
    /// Only here; empty: everywhere.
    pub regions: Vec<Region>,
    /// Only to these clients.
    pub app_versions: AppVersions,
}

/// Versions of the client, as 340502, both ends included.
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
    /// Everyone.
    pub const ALL: Self = Self(10_000);
    /// No one.
    pub const NONE: Self = Self(0);

    /// `None` above 100 %.
    #[must_use]
    pub const fn from_hundredths(hundredths: u16) -> Option<Self> {
        if hundredths <= 10_000 { Some(Self(hundredths)) } else { None }
    }

    /// 0 to 10,000: what a bucket is compared with.
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
    /// What only shows when entries are seen together.
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

    /// Every name that stands in an entry, and one that stands in none.
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
