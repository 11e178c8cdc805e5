//! Metrics of engines and tasks, taken from the record: no task contains code for them.

use std::{
    collections::HashMap,
    sync::{
        Arc, RwLock,
        atomic::{AtomicU64, Ordering},
    },
};

use live_pack_engine::{Outcome, Record, Scene};
use prometheus::{
    Histogram, HistogramOpts, HistogramVec, IntCounterVec, IntGaugeVec, Opts, Registry,
    core::{Collector, Desc},
    proto::MetricFamily,
};

use crate::{engine_states::EngineStates, experiments::ExperimentMetrics};

/// Seconds, from a warm engine to the maximum of any engine.
const BUCKETS: [f64; 14] =
    [0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 3.0];

/// Computing a critical path takes about as long as a small task, so it is done for one engine in this many.
const CRITICAL_PATH_ONE_IN: u64 = 64;

/// Metrics of engines and tasks.
#[derive(Debug)]
pub(crate) struct EngineMetrics {
    engine_seconds: HistogramVec,
    task_outcomes: IntCounterVec,
    critical_path: IntCounterVec,
    malformed: IntCounterVec,
    pub(crate) experiments: ExperimentMetrics,
    /// Number of engines seen, to sample those whose critical path is computed.
    seen: AtomicU64,
    // std rwlock: written once per engine, held for one look-up, never across an await
    engines: RwLock<HashMap<&'static str, Histogram>>,
}

impl EngineMetrics {
    /// Registers the metrics.
    ///
    /// # Errors
    /// A name is already registered.
    pub(crate) fn new(registry: &Registry, states: Arc<EngineStates>) -> Result<Self, prometheus::Error> {
        registry.register(Box::new(states.shadows.clone()))?;
        let opts = HistogramOpts::new("live_pack_engine_seconds", "Duration of an engine run in seconds.")
            .buckets(BUCKETS.to_vec());
        let engine_seconds = HistogramVec::new(opts, &["engine"])?;
        let opts = Opts::new("live_pack_task_outcomes_total", "Task runs with another outcome than done, by outcome.");
        let task_outcomes = IntCounterVec::new(opts, &["engine", "task", "outcome"])?;
        registry.register(Box::new(engine_seconds.clone()))?;
        registry.register(Box::new(task_outcomes.clone()))?;
        let about = "Tasks that the caller waited for, in one engine of 64.";
        let critical_path = IntCounterVec::new(Opts::new("live_pack_critical_path_total", about), &["engine", "task"])?;
        registry.register(Box::new(critical_path.clone()))?;
        let about = "Malformed values of requests that were ignored: lane, traceparent, tracestate.";
        let malformed = IntCounterVec::new(Opts::new("live_pack_context_malformed_total", about), &["value"])?;
        registry.register(Box::new(malformed.clone()))?;
        registry.register(Box::new(ShedLevels::new(states)?))?;
        Ok(Self {
            engine_seconds,
            task_outcomes,
            critical_path,
            malformed,
            experiments: ExperimentMetrics::new(registry)?,
            seen: AtomicU64::new(0),
            engines: RwLock::default(),
        })
    }

    /// Counts a malformed value of a request.
    pub(crate) fn malformed(&self, value: &'static str) {
        self.malformed.with_label_values(&[value]).inc();
    }

    /// Counts a run of an engine.
    pub(crate) fn observe<S: Scene>(&self, record: &Record<S>) {
        let seconds = f64::from(record.took_ns()) / 1e9;
        let known = self.engines.read().ok().and_then(|engines| engines.get(record.engine()).cloned());
        known
            .unwrap_or_else(|| {
                let histogram = self.engine_seconds.with_label_values(&[record.engine()]);
                if let Ok(mut engines) = self.engines.write() {
                    engines.insert(record.engine(), histogram.clone());
                }
                histogram
            })
            .observe(seconds);
        if self.seen.fetch_add(1, Ordering::Relaxed).is_multiple_of(CRITICAL_PATH_ONE_IN) {
            for task in record.critical_path() {
                self.critical_path.with_label_values(&[record.engine(), task]).inc();
            }
        }
        for task in record.tasks() {
            let outcome = match task.outcome {
                Outcome::Failed(_) => "failed",
                Outcome::Cancelled => "cancelled",
                // the common cases need no look-up
                Outcome::Done | Outcome::Skipped(_) => continue,
            };
            self.task_outcomes.with_label_values(&[record.engine(), task.name, outcome]).inc();
        }
    }
}

/// The shed levels of the engines, read when metrics are collected.
#[derive(Debug)]
struct ShedLevels {
    states: Arc<EngineStates>,
    levels: IntGaugeVec,
}

impl ShedLevels {
    fn new(states: Arc<EngineStates>) -> Result<Self, prometheus::Error> {
        let about = "Shed level of an engine: 0 nothing, 1 tasks of low importance, 2 of normal importance as well.";
        let levels = IntGaugeVec::new(Opts::new("live_pack_engine_shed_level", about), &["method", "engine"])?;
        Ok(Self { states, levels })
    }
}

impl Collector for ShedLevels {
    fn desc(&self) -> Vec<&Desc> {
        self.levels.desc()
    }

    fn collect(&self) -> Vec<MetricFamily> {
        for (name, level) in self.states.pressures.levels() {
            let (method, engine) = name.split_once('/').unwrap_or(("", &name));
            self.levels.with_label_values(&[method, engine]).set(level.into());
        }
        self.levels.collect()
    }
}
