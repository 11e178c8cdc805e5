//! Metrics by experiment and arm: the requests that read an arm, and the kinds of their answers.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use live_pack_dal::{
    config::{AbConf, Conf},
    experiment::Groups,
};
use live_pack_metrics::{EXPERIMENT_ANSWERS, EXPERIMENT_EXPOSURES, EXPERIMENT_SECONDS};
use prometheus::{Histogram, HistogramVec, IntCounter, IntCounterVec, Registry};

/// Statuses from here on are failures; lower ones are answers, including that a room is over.
const FAILURES: i32 = 30_000;

/// The outcome of a request that took part in an experiment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AnswerKind {
    /// A complete answer, or a business outcome.
    Whole,
    /// An answer with losses.
    Degraded,
    /// No answer.
    Failed,
}

impl AnswerKind {
    const ALL: [Self; 3] = [Self::Whole, Self::Degraded, Self::Failed];

    /// The kind of an answer, given its status and whether it lacks something.
    pub(crate) const fn of(status_code: i32, lacks: bool) -> Self {
        match status_code {
            FAILURES.. => Self::Failed,
            _ if lacks => Self::Degraded,
            _ => Self::Whole,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Degraded => "degraded",
            Self::Failed => "failed",
        }
    }
}

/// The metrics of all arms.
#[derive(Debug)]
pub(crate) struct ExperimentMetrics {
    exposures: IntCounterVec,
    answers: IntCounterVec,
    seconds: HistogramVec,
    // std rwlock: written once per configuration, never across an await
    table: RwLock<Arc<Table>>,
}

/// The handles of one configuration.
#[derive(Debug, Default)]
struct Table {
    /// `None` before the first request is counted.
    of: Option<Arc<Conf>>,
    revision: u64,
    /// By the positions of experiment and arm.
    arms: Vec<Vec<ArmMetrics>>,
}

#[derive(Debug)]
struct ArmMetrics {
    exposures: IntCounter,
    answers: [IntCounter; AnswerKind::ALL.len()],
    seconds: Histogram,
}

impl ExperimentMetrics {
    /// Registers the metrics.
    ///
    /// # Errors
    /// A name is already registered.
    pub(crate) fn new(registry: &Registry) -> Result<Self, prometheus::Error> {
        Ok(Self {
            exposures: EXPERIMENT_EXPOSURES.register(registry)?,
            answers: EXPERIMENT_ANSWERS.register(registry)?,
            seconds: EXPERIMENT_SECONDS.register(registry)?,
            table: RwLock::default(),
        })
    }

    /// Counts an answered request in each arm that it has read. A request under a configuration that has already been replaced
    /// is not counted.
    pub(crate) fn observe(&self, conf: &Arc<Conf>, revision: u64, groups: &Groups, kind: AnswerKind, took: Duration) {
        let table = self.table(conf, revision);
        if table.revision != revision {
            return;
        }
        for exposure in groups.exposed(&conf.experiments) {
            let arm = table.arms.get(exposure.experiment).and_then(|arms| arms.get(exposure.arm));
            let Some(arm) = arm else { continue };
            arm.exposures.inc();
            arm.seconds.observe(took.as_secs_f64());
            if let Some(counter) = arm.answers.get(kind as usize) {
                counter.inc();
            }
        }
    }

    /// The handles of a configuration, or of a later one.
    fn table(&self, conf: &Arc<Conf>, revision: u64) -> Arc<Table> {
        let known = Arc::clone(&self.table.read().unwrap_or_else(PoisonError::into_inner));
        if known.of.is_some() && known.revision >= revision {
            return known;
        }
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        if table.of.is_none() || table.revision < revision {
            if let Some(before) = table.of.as_ref().filter(|before| before.experiments != conf.experiments) {
                self.forget(&before.experiments, &conf.experiments);
            }
            let arms = self.handles(&conf.experiments);
            *table = Arc::new(Table { of: Some(Arc::clone(conf)), revision, arms });
        }
        Arc::clone(&table)
    }

    fn handles(&self, conf: &AbConf) -> Vec<Vec<ArmMetrics>> {
        let of_arm = |experiment: &str, arm: &str| ArmMetrics {
            exposures: self.exposures.with_label_values(&[experiment, arm]),
            answers: AnswerKind::ALL.map(|kind| self.answers.with_label_values(&[experiment, arm, kind.name()])),
            seconds: self.seconds.with_label_values(&[experiment, arm]),
        };
        let of = |(name, arms): (&str, Vec<&str>)| arms.into_iter().map(|arm| of_arm(name, arm)).collect();
        names(conf).map(of).collect()
    }

    /// Removes the series of arms that no longer exist: their number must not grow with every change.
    fn forget(&self, before: &AbConf, now: &AbConf) {
        let there =
            |experiment: &str, arm: &str| names(now).any(|(known, arms)| known == experiment && arms.contains(&arm));
        for (experiment, arms) in names(before) {
            for arm in arms.into_iter().filter(|arm| !there(experiment, arm)) {
                // an error means that the series does not exist
                drop(self.exposures.remove_label_values(&[experiment, arm]));
                drop(self.seconds.remove_label_values(&[experiment, arm]));
                for kind in AnswerKind::ALL {
                    drop(self.answers.remove_label_values(&[experiment, arm, kind.name()]));
                }
            }
        }
    }
}

/// Each experiment with its arms.
fn names(conf: &AbConf) -> impl Iterator<Item = (&str, Vec<&str>)> {
    conf.experiments.iter().map(|rules| (rules.name.as_str(), rules.arms.iter().map(|arm| arm.name.as_str()).collect()))
}
