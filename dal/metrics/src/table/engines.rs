//! Engines, their tasks, shadows and experiments.

use prometheus::{HistogramVec, IntCounterVec};

use crate::ReadGauge;

/// Seconds, from a warm engine to the maximum of any engine.
const ENGINE: [f64; 11] = [0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.3];

/// Seconds. Few: each task has a histogram.
const TASK: [f64; 9] = [0.000_005, 0.000_02, 0.000_1, 0.000_5, 0.002, 0.01, 0.03, 0.1, 0.3];

/// Seconds. Few: each arm has a histogram.
const ARM: [f64; 10] = [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.3, 1.0];

families! {
    "Engines and tasks";

    /// Duration of an engine run in seconds.
    ENGINE_SECONDS: HistogramVec = "live_pack_engine_seconds" ["engine", "method"] in ENGINE;
    /// Engine runs, by outcome: done, stopped (by a rule, on purpose), failed, timed_out.
    ENGINE_OUTCOMES: IntCounterVec = "live_pack_engine_outcomes_total" ["engine", "method", "outcome"]
        => "`stopped` is a business outcome, such as a room that is over.";
    /// Duration of a task in seconds, waiting for its downstream included; measured in one engine run in eight.
    TASK_SECONDS: HistogramVec = "live_pack_task_seconds" ["task"] in TASK
        => "Its count is about an eighth of the runs: do not use it as a rate.";
    /// Task runs, by outcome: done, skipped, failed, timed_out, panicked, cut_off, cancelled.
    TASK_OUTCOMES: IntCounterVec = "live_pack_task_outcomes_total" ["engine", "task", "outcome"]
        => "`timed_out`: its own time, or that of its call, was up; `cut_off`: the engine's; `cancelled`: a strong task failed first.";
    /// Tasks on the critical path of a run; measured in one engine run in 64.
    CRITICAL_PATH: IntCounterVec = "live_pack_critical_path_total" ["engine", "task"]
        => "Optimise these tasks first.";
    /// Shed level of an engine: 0 nothing, 1 tasks of low importance, 2 of normal importance as well.
    ENGINE_SHED_LEVEL: ReadGauge = "live_pack_engine_shed_level" ["method", "engine"];
    /// Answers in which something is missing; their field `degraded` names it.
    DEGRADED_ANSWERS: IntCounterVec = "live_pack_degraded_answers_total" ["method"]
        => "The log line and the record name the tasks and the downstream.";
    /// Shadow runs, by the result of the comparison.
    SHADOWS: IntCounterVec = "live_pack_shadows_total" ["shadow", "compared"];
    /// Requests that read the arm of an experiment.
    EXPERIMENT_EXPOSURES: IntCounterVec = "live_pack_experiment_exposures_total" ["experiment", "arm"];
    /// Answers to requests that read the arm of an experiment, by outcome: whole, degraded, failed.
    EXPERIMENT_ANSWERS: IntCounterVec = "live_pack_experiment_answers_total" ["experiment", "arm", "outcome"];
    /// Time to answer requests that read the arm of an experiment.
    EXPERIMENT_SECONDS: HistogramVec = "live_pack_experiment_seconds" ["experiment", "arm"] in ARM;
}
