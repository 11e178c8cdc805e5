//! `LivePackEngineConf`: modes, timeouts, switches, strengths, dependencies and roll-outs, as entries that overlay.
//!
//! [`EngineConf::effective`] combines the entries for one engine. The compiler of plans checks that tasks and engines
//! of these names exist and that the edges make sense.

use std::{collections::BTreeMap, fmt, time::Duration};

use live_pack_engine::{Importance, Mode, Rollout, ShedPolicy, Stage, Strength, Waits};
use pilota::FastStr;

use super::{Fault, Key, check::Check, keyed::Keyed};

mod raw;

pub(in crate::config) use self::raw::{Entry as RawEntry, RawVersions};

/// The largest timeout an entry may set.
pub const MAX_ENGINE_TIMEOUT: Duration = Duration::from_secs(3);

/// `LivePackEngineConf`.
#[derive(Debug, Clone, PartialEq)]
pub struct EngineConf {
    /// In the order of the file, which has no meaning: no two are for the same method and engine.
    pub entries: Vec<EngineEntry>,
    /// The entries of an arm, which are stronger than all of `entries`.
    pub overlay: Option<Overlay>,
}

/// The overlay of `LivePackEngineConf` of an arm.
#[derive(Debug, Clone, PartialEq)]
pub struct Overlay {
    /// The experiment.
    pub experiment: FastStr,
    /// The arm.
    pub arm: FastStr,
    /// Path of its entries in the file, without their index: `experiments.x.arms[1].engines`.
    pub path: String,
    /// The entries.
    pub entries: Vec<EngineEntry>,
}

/// The settings of some engines. `None`: not set by this entry.
#[derive(Debug, Clone, PartialEq)]
pub struct EngineEntry {
    /// The method.
    pub method: Name,
    /// The engine, or the flow of engines.
    pub engine: Name,
    /// Whether a branch with this name runs.
    pub enabled: Option<bool>,
    /// Whether an answer can do without a branch with this name.
    pub strength: Option<Strength>,
    /// Execution mode.
    pub mode: Option<Mode>,
    /// The place where its tasks are polled while they wait.
    pub waits: Option<Waits>,
    /// Maximum duration of the engine.
    pub timeout: Option<Duration>,
    /// Part of the timeout that is reserved for the converters.
    pub reserve: Option<Duration>,
    /// When the least important tasks are left out.
    pub shed: Option<ShedPolicy>,
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

/// The settings of a task. `None`: not set by this entry.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TaskConf {
    /// Whether the task runs.
    pub enabled: Option<bool>,
    /// Maximum duration of the task.
    pub timeout: Option<Duration>,
    /// Whether the engine can do without the task.
    pub strength: Option<Strength>,
    /// Tasks it waits for, in addition to those it reads.
    pub depends_on: Option<Vec<FastStr>>,
    /// In staged mode: the stage before which it must be done; never the first.
    pub join_before: Option<Stage>,
    /// The requests that get the task.
    pub rollout: Option<Rollout>,
    /// Order in which tasks are shed.
    pub importance: Option<Importance>,
    /// The place where it is polled while it waits.
    pub waits: Option<Waits>,
}

impl Keyed for EngineConf {
    const KEY: Key = Key::Engine;
    type Raw = raw::EngineConf;

    fn checked(raw: Self::Raw, check: &mut Check<'_>) -> Self {
        let entries = raw.engines.into_iter().enumerate();
        let entries = entries.map(|(index, entry)| entry.checked(index, check)).collect();
        let conf = Self { entries, overlay: None };
        check_repeated(&conf.entries, check);
        conf.check_reserves(check);
        conf
    }
}

impl EngineConf {
    /// The checked entries of an arm. The paths of their faults begin with `at`. Faults that show only together with the other
    /// entries are faults of the plan.
    pub(super) fn overlaying(raw: Vec<RawEntry>, at: &str, check: &mut Check<'_>) -> Vec<EngineEntry> {
        let mut faults = Vec::new();
        let mut below = check.beside(&mut faults);
        let entries = raw.into_iter().enumerate().map(|(index, entry)| entry.checked(index, &mut below));
        let entries: Vec<_> = entries.collect();
        check_repeated(&entries, &mut below);
        let placed = faults.into_iter().map(|fault| Fault { path: format!("{at}.{}", fault.path), ..fault });
        check.faults.extend(placed);
        entries
    }

    /// The same configuration under the entries of an arm.
    #[must_use]
    pub fn under(&self, overlay: &Overlay) -> Self {
        Self { entries: self.entries.clone(), overlay: Some(overlay.clone()) }
    }

    /// The entries of the arm; without an arm, those of the file.
    #[must_use]
    pub fn strongest(&self) -> &[EngineEntry] {
        self.overlay.as_ref().map_or(&self.entries, |overlay| &overlay.entries)
    }

    fn check_reserves(&self, check: &mut Check<'_>) {
        let methods = self.names(|entry| &entry.method);
        let engines = self.names(|entry| &entry.engine);
        for (method, engine) in methods.iter().flat_map(|method| engines.iter().map(move |engine| (method, engine))) {
            let effective = self.effective(method, engine);
            let (Some(reserve), timeout) = (&effective.reserve, effective.timeout()) else { continue };
            let path = format!("engines[{}].reserve", reserve.origin.entry);
            if reserve.value >= timeout && check.faults.iter().all(|fault| fault.path != path) {
                let rule =
                    format!("must be less than the timeout of {method}/{engine}, {}", super::span::Span(timeout));
                check.fail(path, rule, &super::span::RawSpan::of(reserve.value));
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

/// Checks that no two entries are for the same method and engine.
fn check_repeated(entries: &[EngineEntry], check: &mut Check<'_>) {
    for (index, entry) in entries.iter().enumerate() {
        let mut before = entries.iter().take(index);
        if let Some(first) = before.position(|other| other.method == entry.method && other.engine == entry.engine) {
            let found = format!("{}/{}", entry.method, entry.engine);
            check.fail(
                format_args!("engines[{index}]"),
                format!("must not repeat the method and engine of engines[{first}]"),
                &found,
            );
        }
    }
}
