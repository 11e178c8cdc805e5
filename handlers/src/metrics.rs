//! Metrics of engines, tasks and answers, derived from the record: tasks contain no metrics code.

pub(crate) mod outcome;
mod run;

use std::sync::Arc;

use live_pack_engine::{EngineError, Record};
use live_pack_entities::scene::{LiveScene, Stop};
use live_pack_idl::methods::Method;
use live_pack_metrics::{CONTEXT_MALFORMED, DEGRADED_ANSWERS, ENGINE_SHED_LEVEL};
use prometheus::{IntCounter, IntCounterVec, Registry};

use self::run::{Families, RunMetrics};
use crate::{engine_states::EngineStates, experiments::ExperimentMetrics};

/// The values of a request that are ignored if they are malformed.
const CONTEXT_VALUES: [&str; 3] = ["lane", "traceparent", "tracestate"];

/// Metrics of engines and tasks.
#[derive(Debug)]
pub(crate) struct EngineMetrics {
    /// The engines of each method, by method index.
    methods: [Vec<RunMetrics>; Method::ALL.len()],
    /// By method index.
    degraded: [IntCounter; Method::ALL.len()],
    malformed: IntCounterVec,
    pub(crate) experiments: ExperimentMetrics,
}

impl EngineMetrics {
    /// Registers the metrics of these pairs of method and engine.
    ///
    /// # Errors
    /// A name is already registered.
    pub(crate) fn new(
        registry: &Registry,
        states: Arc<EngineStates>,
        engines: &[(&'static str, &'static str)],
    ) -> Result<Self, prometheus::Error> {
        registry.register(Box::new(states.shadows.clone()))?;
        let families = Families::register(registry)?;
        let degraded = DEGRADED_ANSWERS.register(registry)?;
        ENGINE_SHED_LEVEL.read(registry, move |levels| {
            for (name, level) in states.pressures.levels() {
                let (method, engine) = name.split_once('/').unwrap_or(("", &name));
                levels.put(&[method, engine], f64::from(level));
            }
        })?;
        let of = |method: Method| {
            let mut runs: Vec<RunMetrics> = Vec::new();
            for (_, engine) in engines.iter().filter(|(of, _)| *of == method.name()) {
                // a method may also run an engine of another method
                if !runs.iter().any(|run| run.is_of(engine)) {
                    runs.push(RunMetrics::new(&families, method.name(), engine));
                }
            }
            runs
        };
        let malformed = CONTEXT_MALFORMED.register(registry)?;
        // created at start-up: an alert on a missing series never fires
        for value in CONTEXT_VALUES {
            malformed.with_label_values(&[value]);
        }
        Ok(Self {
            methods: Method::ALL.map(of),
            degraded: Method::ALL.map(|method| degraded.with_label_values(&[method.name()])),
            malformed,
            experiments: ExperimentMetrics::new(registry)?,
        })
    }

    /// Counts a malformed value of a request.
    pub(crate) fn malformed(&self, value: &'static str) {
        self.malformed.with_label_values(&[value]).inc();
    }

    /// Counts an answer that lacks something.
    pub(crate) fn degraded(&self, method: Method) {
        if let Some(counter) = self.degraded.get(method.index()) {
            counter.inc();
        }
    }

    /// Counts a run of an engine for a method; `failure` is the reason why it has no answer. Takes no lock and
    /// allocates nothing, except for the first event of a series and for the critical path, computed in one run of 64.
    pub(crate) fn observe<S: LiveScene>(
        &self,
        method: Method,
        failure: Option<&EngineError<live_pack_dal::Error, Stop>>,
        record: &Record<S>,
    ) {
        let engines = self.methods.get(method.index());
        if let Some(run) = engines.into_iter().flatten().find(|run| run.is_of(record.engine())) {
            run.observe(failure, record);
        }
    }
}

#[cfg(test)]
mod tests;
