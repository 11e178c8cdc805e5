//! The runs of the engines and flows of a call, for any scene.

use std::{
    collections::BTreeMap,
    fmt::Display,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use live_pack_dal::Error;
use live_pack_engine::{Outcome, Record, StageRecord, TaskRecord, flow::FlowRecord};
use live_pack_entities::scene::LiveScene;
use serde_json::Value;
use tokio::time::Instant;

use crate::metrics::outcome::TaskEnd;

/// The record of an engine of any scene. `{}` formats it as one line for the log.
pub trait EngineRun: Display + Send + Sync {
    /// The engine.
    fn engine(&self) -> &'static str;
    /// The version of the configuration of its plan.
    fn version(&self) -> &str;
    /// Start of the run.
    fn started_at(&self) -> Instant;
    /// Duration of the run.
    fn took(&self) -> Duration;
    /// The task whose rule ended the run on purpose.
    fn stopped_by(&self) -> Option<&'static str>;
    /// The tasks, by stage.
    fn tasks(&self) -> Vec<TaskRecord<'_, Error>>;
    /// The stages in which a task was started.
    fn stages(&self) -> Vec<StageRecord>;
    /// The tasks that determined the duration, from first to last.
    fn critical_path(&self) -> Vec<&'static str>;
    /// Number of rejected items by filter and reason.
    fn rejected(&self) -> BTreeMap<(&'static str, &'static str), usize>;
    /// Everything, for a caller that requested it outside production.
    fn to_json(&self) -> Value;
}

impl<S: LiveScene> EngineRun for Record<S> {
    fn engine(&self) -> &'static str {
        Self::engine(self)
    }

    fn version(&self) -> &str {
        Self::version(self)
    }

    fn started_at(&self) -> Instant {
        Self::started_at(self)
    }

    fn took(&self) -> Duration {
        Duration::from_nanos(self.took_ns().into())
    }

    fn stopped_by(&self) -> Option<&'static str> {
        Self::stopped_by(self)
    }

    fn tasks(&self) -> Vec<TaskRecord<'_, Error>> {
        Self::tasks(self).collect()
    }

    fn stages(&self) -> Vec<StageRecord> {
        Self::stages(self).collect()
    }

    fn critical_path(&self) -> Vec<&'static str> {
        Self::critical_path(self)
    }

    fn rejected(&self) -> BTreeMap<(&'static str, &'static str), usize> {
        let mut counts = BTreeMap::new();
        for (_, filter, reason) in Self::rejected(self) {
            *counts.entry((filter, reason)).or_default() += 1;
        }
        counts
    }

    fn to_json(&self) -> Value {
        Self::to_detailed_json(self)
    }
}

/// The outcome of a task as in the metrics: `done`, `skipped`, `failed`, `timed_out`, `panicked`, `cut_off`, `cancelled`.
#[must_use]
pub fn outcome_name(outcome: &Outcome<Error>) -> &'static str {
    TaskEnd::of(outcome).name()
}

/// The engines and flows of a call that have run, in order of completion.
#[derive(Default)]
pub struct Runs {
    /// The engines.
    pub engines: Vec<Arc<dyn EngineRun>>,
    /// The flows.
    pub flows: Vec<FlowRecord>,
}

/// Runs being collected. Branches of a flow share them.
#[derive(Default)]
pub(crate) struct Collected(
    // std mutex: held to push one record, never across an await
    Mutex<Runs>,
);

impl Collected {
    /// Adds a run.
    pub(crate) fn add(&self, add: impl FnOnce(&mut Runs)) {
        add(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// The runs so far.
    pub(crate) fn take(&self) -> Runs {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl std::fmt::Debug for Collected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Collected(..)")
    }
}
