//! The combined settings of one engine in `LivePackEngineConf`, each with the entry it came from.

use std::{collections::BTreeMap, fmt, time::Duration};

use live_pack_engine::{Importance, Mode, PlanConf, Rollout, ShedPolicy, Stage, Strength, Waits};
use pilota::FastStr;

use super::{EngineConf, EngineEntry, Name};

/// A value and the entry it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said<T> {
    /// The value.
    pub value: T,
    /// The most specific entry that sets it.
    pub origin: SaidBy,
}

/// An entry of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaidBy {
    /// Index in `engines`, from 0.
    pub entry: usize,
    /// Its method.
    pub method: Name,
    /// Its engine.
    pub engine: Name,
    /// The experiment and the arm whose overlay it is of.
    pub arm: Option<(FastStr, FastStr)>,
}

impl fmt::Display for SaidBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((experiment, arm)) = &self.arm {
            write!(f, "{experiment}={arm} ")?;
        }
        write!(f, "engines[{}] ({}/{})", self.entry, self.method, self.engine)
    }
}

/// The settings of one engine of one method. `None`: no entry sets it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EffectiveEngine {
    /// Whether a branch with its name runs.
    pub enabled: Option<Said<bool>>,
    /// Whether an answer can do without a branch with its name.
    pub strength: Option<Said<Strength>>,
    /// Execution mode.
    pub mode: Option<Said<Mode>>,
    /// The place where its tasks are polled while they wait.
    pub waits: Option<Said<Waits>>,
    /// Maximum duration of the engine.
    pub timeout: Option<Said<Duration>>,
    /// Part of the timeout that is reserved for the converters.
    pub reserve: Option<Said<Duration>>,
    /// When the least important tasks are left out.
    pub shed: Option<Said<ShedPolicy>>,
    /// By the name of the task.
    pub tasks: BTreeMap<FastStr, EffectiveTask>,
}

impl EffectiveEngine {
    /// The timeout, or the default if no entry sets it.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        self.timeout.as_ref().map_or(PlanConf::TIMEOUT, |said| said.value)
    }

    /// The reserve, or none.
    #[must_use]
    pub fn reserve(&self) -> Duration {
        self.reserve.as_ref().map_or(Duration::ZERO, |said| said.value)
    }
}

/// The settings of one task of one engine. `None`: no entry sets it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EffectiveTask {
    /// Whether the task runs.
    pub enabled: Option<Said<bool>>,
    /// Maximum duration of the task.
    pub timeout: Option<Said<Duration>>,
    /// Whether the engine can do without the task.
    pub strength: Option<Said<Strength>>,
    /// Tasks it waits for, in addition to those it reads.
    pub depends_on: Option<Said<Vec<FastStr>>>,
    /// In staged mode: the stage before which it must be done.
    pub join_before: Option<Said<Stage>>,
    /// The requests that get the task.
    pub rollout: Option<Said<Rollout>>,
    /// Order in which tasks are shed.
    pub importance: Option<Said<Importance>>,
    /// The place where it is polled while it waits.
    pub waits: Option<Said<Waits>>,
}

impl EngineConf {
    /// Overlays the entries for this engine field by field, from the general to the specific: `*/*`, `*/Engine`,
    /// `Method/*`, `Method/Engine`. A roll-out is one field. The entries of an arm come last.
    #[must_use]
    pub fn effective(&self, method: &str, engine: &str) -> EffectiveEngine {
        let mut effective = EffectiveEngine::default();
        let mut lay = |entries: &[EngineEntry], arm: Option<(FastStr, FastStr)>| {
            let covering = entries.iter().enumerate();
            let covering = covering.filter(|(_, entry)| entry.method.covers(method) && entry.engine.covers(engine));
            let mut covering: Vec<(usize, &EngineEntry)> = covering.collect();
            covering.sort_by_key(|(_, entry)| (entry.method != Name::Any, entry.engine != Name::Any));
            for (index, entry) in covering {
                let (method, engine) = (entry.method.clone(), entry.engine.clone());
                effective.overlay(&SaidBy { entry: index, method, engine, arm: arm.clone() }, entry);
            }
        };
        lay(&self.entries, None);
        if let Some(overlay) = &self.overlay {
            lay(&overlay.entries, Some((overlay.experiment.clone(), overlay.arm.clone())));
        }
        effective
    }
}

impl EffectiveEngine {
    fn overlay(&mut self, origin: &SaidBy, entry: &EngineEntry) {
        say(&mut self.enabled, entry.enabled.as_ref(), origin);
        say(&mut self.strength, entry.strength.as_ref(), origin);
        say(&mut self.mode, entry.mode.as_ref(), origin);
        say(&mut self.waits, entry.waits.as_ref(), origin);
        say(&mut self.timeout, entry.timeout.as_ref(), origin);
        say(&mut self.reserve, entry.reserve.as_ref(), origin);
        say(&mut self.shed, entry.shed.as_ref(), origin);
        for (name, task) in &entry.tasks {
            let effective = self.tasks.entry(name.clone()).or_default();
            say(&mut effective.enabled, task.enabled.as_ref(), origin);
            say(&mut effective.timeout, task.timeout.as_ref(), origin);
            say(&mut effective.strength, task.strength.as_ref(), origin);
            say(&mut effective.depends_on, task.depends_on.as_ref(), origin);
            say(&mut effective.join_before, task.join_before.as_ref(), origin);
            say(&mut effective.rollout, task.rollout.as_ref(), origin);
            say(&mut effective.importance, task.importance.as_ref(), origin);
            say(&mut effective.waits, task.waits.as_ref(), origin);
        }
    }
}

fn say<T: Clone>(slot: &mut Option<Said<T>>, value: Option<&T>, origin: &SaidBy) {
    if let Some(value) = value {
        *slot = Some(Said { value: value.clone(), origin: origin.clone() });
    }
}
