//! Metrics of the runs of one engine for one method.

use std::sync::{
    OnceLock,
    atomic::{AtomicU64, Ordering::Relaxed},
};

use live_pack_engine::{EngineError, Record};
use live_pack_entities::scene::{LiveScene, Stop};
use live_pack_metrics::{CRITICAL_PATH, ENGINE_OUTCOMES, ENGINE_SECONDS, TASK_OUTCOMES, TASK_SECONDS};
use prometheus::{Histogram, HistogramVec, IntCounter, IntCounterVec, Registry};

use super::outcome::{EngineEnd, TaskEnd};

/// The latencies of tasks are measured in one of this many runs.
const LATENCY_ONE_IN: u64 = 8;

/// Computing a critical path takes about as long as a small task, so it is done in one of this many runs.
const CRITICAL_PATH_ONE_IN: u64 = 64;

/// The metric families of engines and tasks.
#[derive(Debug, Clone)]
pub(super) struct Families {
    engine_seconds: HistogramVec,
    engine_outcomes: IntCounterVec,
    task_seconds: HistogramVec,
    task_outcomes: IntCounterVec,
    critical_path: IntCounterVec,
}

impl Families {
    /// Registers the families.
    pub(super) fn register(registry: &Registry) -> Result<Self, prometheus::Error> {
        Ok(Self {
            engine_seconds: ENGINE_SECONDS.register(registry)?,
            engine_outcomes: ENGINE_OUTCOMES.register(registry)?,
            task_seconds: TASK_SECONDS.register(registry)?,
            task_outcomes: TASK_OUTCOMES.register(registry)?,
            critical_path: CRITICAL_PATH.register(registry)?,
        })
    }
}

/// The handles of one engine for one method. Series are created by their first event.
#[derive(Debug)]
pub(super) struct RunMetrics {
    families: Families,
    method: &'static str,
    engine: &'static str,
    runs: AtomicU64,
    seconds: OnceLock<Histogram>,
    outcomes: [OnceLock<IntCounter>; EngineEnd::ALL.len()],
    /// In record order; created by the first run.
    tasks: OnceLock<Box<[TaskMetrics]>>,
}

/// The handles of one task of an engine. The engine's runs for other methods count in the same series.
#[derive(Debug)]
struct TaskMetrics {
    name: &'static str,
    seconds: Histogram,
    outcomes: [OnceLock<IntCounter>; TaskEnd::ALL.len()],
}

impl RunMetrics {
    /// Creates the handles without any series.
    pub(super) fn new(families: &Families, method: &'static str, engine: &'static str) -> Self {
        Self {
            families: families.clone(),
            method,
            engine,
            runs: AtomicU64::new(0),
            seconds: OnceLock::new(),
            outcomes: [const { OnceLock::new() }; EngineEnd::ALL.len()],
            tasks: OnceLock::new(),
        }
    }

    /// Whether these are the handles of this engine.
    pub(super) fn is_of(&self, engine: &str) -> bool {
        self.engine == engine
    }

    /// Counts a run.
    pub(super) fn observe<S: LiveScene>(
        &self,
        failure: Option<&EngineError<live_pack_dal::Error, Stop>>,
        record: &Record<S>,
    ) {
        let run = self.runs.fetch_add(1, Relaxed);
        let labels = [self.engine, self.method];
        let seconds = self.seconds.get_or_init(|| self.families.engine_seconds.with_label_values(&labels));
        seconds.observe(f64::from(record.took_ns()) / 1e9);
        let end = EngineEnd::of(failure);
        if let Some(counter) = self.outcomes.get(end as usize) {
            let made = || self.families.engine_outcomes.with_label_values(&[self.engine, self.method, end.name()]);
            counter.get_or_init(made).inc();
        }
        if run.is_multiple_of(CRITICAL_PATH_ONE_IN) {
            for task in record.critical_path() {
                self.families.critical_path.with_label_values(&[self.engine, task]).inc();
            }
        }
        self.observe_tasks(record, run.is_multiple_of(LATENCY_ONE_IN));
    }

    fn observe_tasks<S: LiveScene>(&self, record: &Record<S>, with_latency: bool) {
        let made = || record.outcomes().map(|(name, ..)| self.task(name)).collect();
        let tasks = self.tasks.get_or_init(made);
        for ((name, outcome, ran), task) in record.outcomes().zip(tasks.iter()) {
            let end = TaskEnd::of(outcome);
            // Plans of an engine have the same tasks under every configuration. If another task had this index, it would still be
            // counted, only more slowly. Tasks beyond the number in the first run would not be counted.
            if !std::ptr::eq(name, task.name) {
                self.families.task_outcomes.with_label_values(&[self.engine, name, end.name()]).inc();
                continue;
            }
            if let Some(counter) = task.outcomes.get(end as usize) {
                let made = || self.families.task_outcomes.with_label_values(&[self.engine, name, end.name()]);
                counter.get_or_init(made).inc();
            }
            if let Some(ran) = ran.filter(|_| with_latency) {
                task.seconds.observe(ran.as_secs_f64());
            }
        }
    }

    fn task(&self, name: &'static str) -> TaskMetrics {
        TaskMetrics {
            name,
            seconds: self.families.task_seconds.with_label_values(&[name]),
            outcomes: [const { OnceLock::new() }; TaskEnd::ALL.len()],
        }
    }
}
