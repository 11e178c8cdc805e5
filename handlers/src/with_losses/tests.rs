//! Tests of the results of engines, branches and flows.
#![allow(clippy::unwrap_used, reason = "tests")]

use live_pack_dal::DownstreamMethod;
use live_pack_engine::{Context, Definition, Engine, Plan, PlanConf, SkipReason, Stage, Task, TaskError, TaskResult};
use live_pack_entities::scene::BagScene;

use super::*;
use crate::testing::request;

/// The end of a task.
#[derive(Debug, Clone, Copy)]
enum End {
    Done,
    Fails,
    Stops,
}

impl End {
    fn result<T>(self, value: T) -> TaskResult<BagScene, T> {
        match self {
            Self::Done => Ok(value),
            Self::Fails => Err(Error::key(DownstreamMethod::GetCartCount).into()),
            Self::Stops => Err(TaskError::Stop(Stop::RoomClosed)),
        }
    }
}

#[derive(Debug)]
struct Extra;

#[derive(Debug)]
struct Answer(u32);

/// A weak task whose datum nothing reads.
#[derive(Debug)]
struct ExtraLoader(End);

impl Task<BagScene> for ExtraLoader {
    type Output = Extra;
    type Input<'a> = ();
    const STAGE: Stage = Stage::Loaders;

    async fn run(&self, _cx: &Context<BagScene>, (): ()) -> TaskResult<BagScene, Extra> {
        self.0.result(Extra)
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
        self.0.result(Answer(7))
    }
}

/// The result of an engine whose tasks end in these ways.
async fn result(extra: End, answer: End) -> WithLosses<Answer> {
    let definition: Definition<BagScene, Answer> =
        Definition::new("Engine").task(ExtraLoader(extra)).strong(AnswerConverter(answer)).answer::<Answer>();
    let plan = Plan::compile(&definition, &PlanConf::default()).unwrap();
    let (answer, record) = Engine::new(&plan, request(Vec::new())).run().await.into_answer();
    WithLosses::of(answer, &Arc::new(record), &Notes::default())
}

/// Task and code of each entry.
fn list(losses: Losses) -> Vec<(String, i32)> {
    losses.into_list().into_iter().map(|entry| (entry.task.to_string(), entry.code)).collect()
}

fn failure(code: i32, lost: Losses) -> Failure {
    Failure {
        status: Status::new(code, "a message"),
        losses: Box::new(lost),
        line: Some(LogLine(Arc::new("a record"))),
    }
}

#[tokio::test]
async fn an_engine_with_an_answer_names_the_weak_tasks_that_failed() {
    for (extra, expected) in
        [(End::Done, vec![]), (End::Fails, vec![("ExtraLoader".to_owned(), status_code::DOWNSTREAM_ERROR)])]
    {
        let WithLosses { outcome, losses } = result(extra, End::Done).await.map(|answer| answer.0 + 1);
        assert_eq!((outcome.unwrap(), list(losses)), (8, expected), "{extra:?}");
    }
}

#[tokio::test]
async fn an_engine_without_an_answer_has_a_status_and_names_its_failures() {
    let failed = result(End::Done, End::Fails).await;
    let failure = failed.outcome.as_ref().unwrap_err();
    assert_eq!((failure.status.code, failure.is_stop()), (status_code::DOWNSTREAM_ERROR, false));
    assert!(failure.line.as_ref().unwrap().to_string().contains("AnswerConverter"), "{failure:?}");
    let mut whole = Losses::default();
    assert!(failed.received(&mut whole).is_none());
    assert_eq!(list(whole), [("AnswerConverter".to_owned(), status_code::DOWNSTREAM_ERROR)]);
}

#[tokio::test]
async fn a_business_rule_that_ends_an_engine_is_not_a_loss() {
    let stopped = result(End::Done, End::Stops).await;
    let failure = stopped.outcome.as_ref().unwrap_err();
    assert_eq!((failure.status.code, failure.is_stop()), (status_code::LIVE_CLOSE, true));
    let mut whole = Losses::default();
    assert!(stopped.received(&mut whole).is_none());
    assert_eq!(list(whole), []);
}

#[test]
fn a_branch_without_a_result_reports_its_losses() {
    let named = |code| vec![("Branch".to_owned(), code)];
    let cases = [
        (BranchOutcome::Done(WithLosses { outcome: Ok(7), losses: Losses::default() }), Some(7), vec![]),
        (BranchOutcome::Skipped(SkipReason::SwitchedOff), None, vec![]),
        (BranchOutcome::Cancelled, None, vec![]),
        (
            BranchOutcome::Failed(EngineFailure::Error(failure(1, Losses::of("A", 30_001, "a message")))),
            None,
            vec![("A".to_owned(), 30_001)],
        ),
        (BranchOutcome::Failed(EngineFailure::Panicked), None, named(status_code::TASK_PANIC)),
        (BranchOutcome::Failed(EngineFailure::TimedOut), None, named(status_code::ENGINE_TIMEOUT)),
        (BranchOutcome::Failed(EngineFailure::CutOff), None, named(status_code::ENGINE_TIMEOUT)),
    ];
    for (branch, answer, expected) in cases {
        let (told, mut whole) = (format!("{branch:?}"), Losses::default());
        let found = received(branch, "Branch", &mut whole).and_then(|result| result.outcome.ok());
        assert_eq!((found, list(whole)), (answer, expected), "{told}");
    }
}

#[test]
fn every_end_of_a_flow_has_a_status() {
    let cases = [
        (FlowError::Failed { at: "A", error: failure(30_001, Losses::default()) }, 30_001, "a message"),
        (FlowError::Panicked { at: "A" }, status_code::TASK_PANIC, "a part of the answer could not be made"),
        (FlowError::TimedOut { at: "A" }, status_code::ENGINE_TIMEOUT, "out of time while waiting for A"),
        (FlowError::Timeout { waiting_for: "A" }, status_code::ENGINE_TIMEOUT, "out of time while waiting for A"),
        (
            FlowError::NoQuorum { at: "A", wanted: 2, done: 1 },
            status_code::INTERNAL,
            "the answer could not be put together",
        ),
        (FlowError::Undeclared { at: "A", to: "B" }, status_code::INTERNAL, "the answer could not be put together"),
    ];
    for (error, code, message) in cases {
        let told = format!("{error:?}");
        let failure = Failure::of_flow(error);
        assert_eq!((failure.status.code, failure.status.message.as_str()), (code, message), "{told}");
        assert!(!failure.is_stop(), "{told}");
    }
}
