//! Tests of the metrics of engines and tasks.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::time::Duration;

use live_pack_dal::{DownstreamMethod, Error, ErrorKind};
use live_pack_engine::{Context, Definition, Engine, Plan, PlanConf, Stage, Task, TaskError, TaskResult};
use live_pack_entities::scene::BagScene;
use prometheus::TextEncoder;

use super::*;
use crate::testing::request;

const ENGINE: &str = "Engine";
const METHOD: Method = Method::GetLiveBagTab;

/// The end of a task.
#[derive(Debug, Clone, Copy)]
enum End {
    Done,
    Stops,
    Fails(ErrorKind),
    Panics,
    Hangs,
}

impl End {
    async fn result<T>(self, value: T) -> TaskResult<BagScene, T> {
        match self {
            Self::Done => Ok(value),
            Self::Stops => Err(TaskError::Stop(Stop::RoomClosed)),
            Self::Fails(kind) => {
                let error = Error::key(DownstreamMethod::GetCartCount);
                Err(TaskError::Failed(Error { kind, ..error }))
            }
            Self::Panics => std::panic::resume_unwind(Box::new("a panic without a line in the log")),
            Self::Hangs => std::future::pending().await,
        }
    }
}

#[derive(Debug)]
struct Extra;

#[derive(Debug)]
struct Answer;

/// A weak task whose datum nothing reads.
#[derive(Debug)]
struct ExtraLoader(End);

impl Task<BagScene> for ExtraLoader {
    type Output = Extra;
    type Input<'a> = ();
    const STAGE: Stage = Stage::Loaders;

    async fn run(&self, _cx: &Context<BagScene>, (): ()) -> TaskResult<BagScene, Extra> {
        self.0.result(Extra).await
    }
}

/// The strong task that returns the answer.
#[derive(Debug)]
struct AnswerConverter(End);

impl Task<BagScene> for AnswerConverter {
    type Output = Answer;
    type Input<'a> = ();
    const STAGE: Stage = Stage::Converters;

    async fn run(&self, _cx: &Context<BagScene>, (): ()) -> TaskResult<BagScene, Answer> {
        self.0.result(Answer).await
    }
}

/// The metrics after a number of runs of an engine whose tasks end in these ways.
async fn counted(runs: usize, extra: End, answer: End) -> String {
    let registry = Registry::new();
    let metrics =
        EngineMetrics::new(&registry, EngineStates::new().unwrap().into(), &[(METHOD.name(), ENGINE)]).unwrap();
    let definition: Definition<BagScene, Answer> =
        Definition::new(ENGINE).task(ExtraLoader(extra)).strong(AnswerConverter(answer)).answer::<Answer>();
    let conf = PlanConf { timeout: Duration::from_millis(50), ..PlanConf::default() };
    let plan = Plan::compile(&definition, &conf).unwrap();
    for _ in 0..runs {
        let (answer, record) = Engine::new(&plan, request(Vec::new())).run().await.into_answer();
        metrics.observe(METHOD, answer.as_ref().err(), &record);
    }
    TextEncoder::new().encode_to_string(&registry.gather()).unwrap()
}

fn has(text: &str, line: &str) {
    assert!(text.lines().any(|found| found == line), "{line} in\n{text}");
}

#[tokio::test(start_paused = true)]
async fn an_engine_ends_done_stopped_failed_or_timed_out() {
    for (end, outcome) in [
        (End::Done, "done"),
        (End::Stops, "stopped"),
        (End::Fails(ErrorKind::Broken), "failed"),
        (End::Panics, "failed"),
        (End::Fails(ErrorKind::Timeout), "timed_out"),
        (End::Hangs, "timed_out"),
    ] {
        let text = counted(1, End::Done, end).await;
        let series = format!(
            r#"live_pack_engine_outcomes_total{{engine="Engine",method="GetLiveBagTab",outcome="{outcome}"}} 1"#
        );
        has(&text, &series);
        assert_eq!(text.matches("\nlive_pack_engine_outcomes_total{").count(), 1, "{end:?}: no other outcome");
        has(&text, r#"live_pack_engine_seconds_count{engine="Engine",method="GetLiveBagTab"} 1"#);
    }
}

#[tokio::test(start_paused = true)]
async fn a_task_is_counted_in_every_run_by_its_outcome() {
    for (end, outcome) in [
        (End::Done, "done"),
        (End::Fails(ErrorKind::Remote), "failed"),
        (End::Fails(ErrorKind::Timeout), "timed_out"),
        (End::Panics, "panicked"),
        (End::Hangs, "cut_off"),
    ] {
        let text = counted(9, end, End::Done).await;
        let series = |task: &str, outcome: &str| {
            format!(r#"live_pack_task_outcomes_total{{engine="Engine",outcome="{outcome}",task="{task}"}} 9"#)
        };
        has(&text, &series("ExtraLoader", outcome));
        has(&text, &series("AnswerConverter", "done"));
    }
}

#[tokio::test(start_paused = true)]
async fn the_latency_of_tasks_is_measured_in_one_run_of_eight() {
    let text = counted(9, End::Done, End::Done).await;
    has(&text, r#"live_pack_task_seconds_count{task="ExtraLoader"} 2"#);
    let text = counted(8, End::Done, End::Done).await;
    has(&text, r#"live_pack_task_seconds_count{task="AnswerConverter"} 1"#);
}
