//! Weak and strong outcomes, stops, and panics.

use super::{BOTH_MODES, in_mode, ms, with_task};
use crate::{
    test_util::{Fake, Recorder, Tiny, TinyError, TinyRequest, outcome_of, run},
    *,
};

#[derive(Clone, Debug, PartialEq)]
struct A;
#[derive(Clone)]
struct B;
#[derive(Clone)]
struct C;

const ERROR: TinyError = TinyError("no");

fn beside(task: Fake<Tiny, B>, recorder: &Recorder) -> Definition<Tiny, A> {
    Definition::new("E")
        .fake(Fake::<_, C>::hang("Beside").stage(Stage::Loaders).on(recorder))
        .fake(task.stage(Stage::Loaders).on(recorder))
        .fake(Fake::value("End", A).on(recorder))
        .answer::<A>()
}

#[tokio::test(start_paused = true)]
async fn a_strong_error_ends_the_engine_at_once_and_leaves_nothing_running() {
    for mode in BOTH_MODES {
        let recorder = Recorder::new();
        let end_needs_beside = Definition::<Tiny>::new("E")
            .fake(Fake::<_, C>::hang("Beside").stage(Stage::Loaders).on(&recorder))
            .fake(Fake::<_, B>::error("Strong", ERROR).stage(Stage::Loaders).strong().after(ms(20)).on(&recorder))
            .fake(Fake::value("End", A).need::<C>().on(&recorder))
            .answer::<A>();
        let (answer, record) = run(&end_needs_beside, &in_mode(mode)).await.into_answer();
        assert_eq!(answer, Err(EngineError::Task { task: "Strong", error: ERROR }));
        assert_eq!(recorder.dropped_at("Beside"), Some(ms(20)));
        assert!(recorder.alive().is_empty());
        assert_eq!(outcome_of(&record, "Beside"), Some(Outcome::Cancelled));
        assert_eq!(outcome_of(&record, "End"), Some(Outcome::Cancelled));
        assert_eq!(record.took_ns(), 20_000_000);
        assert_eq!(record.failures().map(|(task, _)| task).collect::<Vec<_>>(), ["Strong"]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_strong_panic_ends_the_engine_before_and_after_an_await() {
    for delay in [None, Some(ms(5))] {
        let recorder = Recorder::new();
        let panics = Fake::panic("Strong").strong();
        let definition = beside(delay.map_or(Fake::panic("Strong").strong(), |delay| panics.after(delay)), &recorder);
        let (answer, _) = run(&definition, &PlanConf::default()).await.into_answer();
        assert_eq!(answer, Err(EngineError::Panic { task: "Strong" }));
        assert!(recorder.alive().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn stop_ends_the_engine_with_its_reason_and_is_not_a_failure() {
    for mode in BOTH_MODES {
        let recorder = Recorder::new();
        let definition = beside(Fake::stop("Rule", "room closed").after(ms(7)), &recorder);
        let conf = PlanConf { mode, ..with_task("End", TaskConf::default()) };
        let (answer, record) = run(&definition, &conf).await.into_answer();
        assert_eq!(answer, Err(EngineError::Stop("room closed")));
        assert_eq!(record.stopped_by(), Some("Rule"));
        assert_eq!(record.failures().count(), 0);
        assert!(record.line().ends_with("stopped by Rule"), "{}", record.line());
        assert!(recorder.alive().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_weak_failure_is_recorded_and_the_engine_continues() {
    let fakes = [
        (Fake::<Tiny, B>::error("Weak", ERROR), Failure::Error(ERROR)),
        (Fake::panic("Weak"), Failure::Panicked),
        (Fake::error("Weak", ERROR).after(ms(1)), Failure::Error(ERROR)),
        (Fake::panic("Weak").after(ms(1)), Failure::Panicked),
    ];
    for (fake, failure) in fakes {
        let definition = Definition::new("E").fake(fake).fake(Fake::value("End", A)).answer::<A>();
        let (answer, record) = run(&definition, &PlanConf::default()).await.into_answer();
        assert_eq!(answer, Ok(A));
        assert_eq!(outcome_of(&record, "Weak"), Some(Outcome::Failed(failure)));
        assert_eq!(record.failures().count(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn configuration_overrides_the_strength_of_the_task() {
    let definition = || Definition::<Tiny>::new("E").fake(Fake::<_, B>::error("T", ERROR)).fake(Fake::value("End", A));
    let strong = with_task("T", TaskConf { strength: Some(Strength::Strong), ..TaskConf::default() });
    let (answer, _) = run(&definition().answer::<A>(), &strong).await.into_answer();
    assert_eq!(answer, Err(EngineError::Task { task: "T", error: ERROR }));
    let definition = Definition::<Tiny>::new("E").fake(Fake::<_, B>::error("T", ERROR).strong());
    let weak = with_task("T", TaskConf { strength: Some(Strength::Weak), ..TaskConf::default() });
    let (answer, _) = run(&definition.fake(Fake::value("End", A)).answer::<A>(), &weak).await.into_answer();
    assert_eq!(answer, Ok(A));
}

#[tokio::test(start_paused = true)]
async fn if_two_strong_tasks_time_out_together_the_first_is_named() {
    let definition = Definition::<Tiny>::new("E")
        .fake(Fake::<_, B>::hang("First").stage(Stage::Loaders).strong())
        .fake(Fake::<_, C>::hang("Second").stage(Stage::Loaders).strong())
        .fake(Fake::value("End", A))
        .answer::<A>();
    let timeout = TaskConf { timeout: Some(ms(10)), ..TaskConf::default() };
    let tasks = [("First".to_owned(), timeout.clone()), ("Second".to_owned(), timeout)].into();
    let (answer, _) = run(&definition, &PlanConf { tasks, ..PlanConf::default() }).await.into_answer();
    assert_eq!(answer, Err(EngineError::TaskTimeout { task: "First" }));
}

/// A task with one method that panics.
struct Panics(&'static str);

impl Task<Tiny> for Panics {
    type Output = B;
    type Input<'a> = ();
    const STAGE: Stage = Stage::Loaders;

    fn need_run(&self, _cx: &Context<Tiny>, (): &()) -> NeedRun {
        assert_ne!(self.0, "need_run");
        NeedRun::Run
    }

    async fn run(&self, _cx: &Context<Tiny>, (): ()) -> TaskResult<Tiny, B> {
        /// Panics when it is dropped.
        struct Bomb;
        impl Drop for Bomb {
            fn drop(&mut self) {
                panic!("dropped");
            }
        }
        match self.0 {
            "strength" => Err(ERROR.into()),
            "drop" => {
                let _bomb = Bomb;
                std::future::pending().await
            }
            _ => Ok(B),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_any_method_of_a_task_is_caught() {
    let definition = |method| Definition::<Tiny>::new("E").task(Panics(method)).fake(Fake::value("End", A));
    let conf = with_task("Panics", TaskConf { timeout: Some(ms(10)), ..TaskConf::default() });
    for (method, failure) in [("need_run", Failure::Panicked), ("drop", Failure::TimedOut)] {
        let (answer, record) = run(&definition(method).answer::<A>(), &conf).await.into_answer();
        assert_eq!(answer, Ok(A), "{method}");
        assert_eq!(outcome_of(&record, "Panics"), Some(Outcome::Failed(failure)), "{method}");
    }
    let rule = |_: &TinyRequest| panic!("no strength");
    let definition = Definition::<Tiny>::new("E").strong_if(Panics("strength"), rule).fake(Fake::value("End", A));
    let (answer, record) = run(&definition.answer::<A>(), &conf).await.into_answer();
    assert_eq!(answer, Err(EngineError::Task { task: "Panics", error: ERROR }), "a panicking rule counts as strong");
    let strengths: Vec<_> = record.tasks().map(|task| (task.name, task.strength)).collect();
    assert!(strengths.contains(&("Panics", Strength::Strong)), "the record evaluates the rule again: {strengths:?}");
}
