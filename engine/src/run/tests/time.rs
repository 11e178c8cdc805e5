//! Deadlines: the task's, the reserve, the engine's, the caller's; nothing runs after the end.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::time::Instant;

use super::{BOTH_MODES, ms, with_task};
use crate::{
    test_util::{Fake, FakeInputs, Recorder, Tiny, outcome_of, plan, run},
    *,
};

#[derive(Clone, Debug, PartialEq)]
struct A(&'static str);
#[derive(Clone)]
struct B;
#[derive(Clone)]
struct C;

fn answer_of_b() -> Fake<Tiny, A> {
    let see =
        |inputs: &FakeInputs<'_, Tiny>| Ok(A(if inputs.maybe::<B>().done().is_some() { "with" } else { "without" }));
    Fake::new("End", see).maybe::<B>()
}

#[tokio::test(start_paused = true)]
async fn a_task_ends_at_its_own_timeout() {
    for mode in BOTH_MODES {
        let recorder = Recorder::new();
        let definition = Definition::<Tiny>::new("E")
            .fake(Fake::<_, B>::hang("Slow").stage(Stage::Loaders).on(&recorder))
            .fake(answer_of_b().on(&recorder))
            .answer::<A>();
        let conf = PlanConf { mode, ..with_task("Slow", TaskConf { timeout: Some(ms(30)), ..TaskConf::default() }) };
        let (answer, record) = run(&definition, &conf).await.into_answer();
        assert_eq!(answer, Ok(A("without")));
        assert_eq!(recorder.dropped_at("Slow"), Some(ms(30)));
        assert_eq!(outcome_of(&record, "Slow"), Some(Outcome::Failed(Failure::TimedOut)));
    }
}

#[tokio::test(start_paused = true)]
async fn the_timeout_of_a_spawned_task_counts_from_its_own_start() {
    let recorder = Recorder::new();
    let definition = Definition::<Tiny>::new("E")
        .fake(Fake::value("Provider", C).stage(Stage::Providers).after(ms(50)))
        .fake(Fake::<_, B>::hang("Slow").stage(Stage::Loaders).on(&recorder))
        .fake(Fake::value("Other", ()).stage(Stage::Loaders).after(ms(60)).on(&recorder))
        .fake(answer_of_b().on(&recorder))
        .answer::<A>();
    let conf = with_task("Slow", TaskConf { timeout: Some(ms(30)), ..TaskConf::default() });
    run(&definition, &conf).await;
    assert_eq!(recorder.dropped_at("Slow"), Some(ms(80)));
    assert_eq!(recorder.started_at("End"), Some(ms(110)));
}

#[tokio::test(start_paused = true)]
async fn one_timeout_of_several_wakes_the_driver() {
    let timeout = TaskConf { timeout: Some(ms(10)), ..TaskConf::default() };
    for late in ["One", "Two", "Three"] {
        let task = |name: &'static str, takes| if name == late { ms(300) } else { ms(takes) };
        let definition = Definition::<Tiny>::new("E")
            .fake(Fake::value("One", B).stage(Stage::Loaders).after(task("One", 20)))
            .fake(Fake::value("Two", C).stage(Stage::Loaders).after(task("Two", 30)))
            .fake(Fake::value("Three", ()).stage(Stage::Loaders).after(task("Three", 25)))
            .fake(answer_of_b())
            .answer::<A>();
        let (answer, record) = run(&definition, &with_task(late, timeout.clone())).await.into_answer();
        assert_eq!(answer, Ok(A(if late == "One" { "without" } else { "with" })));
        assert_eq!(record.took_ns(), if late == "Two" { 25_000_000 } else { 30_000_000 }, "{late}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_reader_starts_when_its_inputs_are_ready_while_others_still_run() {
    let recorder = Recorder::new();
    let definition = Definition::<Tiny>::new("E")
        .fake(Fake::value("One", B).stage(Stage::Loaders).after(ms(10)))
        .fake(Fake::value("Two", C).stage(Stage::Loaders).after(ms(30)))
        .fake(Fake::value("Three", 3_u8).stage(Stage::Loaders).after(ms(40)))
        .fake(Fake::value("Reads", ()).stage(Stage::Loaders).need::<B>().need::<C>().on(&recorder))
        .fake(answer_of_b())
        .answer::<A>();
    run(&definition, &PlanConf::default()).await;
    assert_eq!(recorder.started_at("Reads"), Some(ms(30)));
}

#[tokio::test(start_paused = true)]
async fn at_the_reserve_weak_tasks_are_cut_off_and_the_converters_run_with_the_available_data() {
    for mode in BOTH_MODES {
        let recorder = Recorder::new();
        let definition = Definition::<Tiny>::new("E")
            .fake(Fake::<_, B>::hang("Slow").stage(Stage::Loaders).on(&recorder))
            .fake(Fake::<_, C>::hang("Slower").stage(Stage::Loaders).on(&recorder))
            .fake(Fake::value("Waits", ()).stage(Stage::Loaders).need::<C>().on(&recorder))
            .fake(answer_of_b().after(ms(60)).on(&recorder))
            .answer::<A>();
        let conf = PlanConf { mode, reserve: ms(100), ..PlanConf::default() };
        let (answer, record) = run(&definition, &conf).await.into_answer();
        assert_eq!(answer, Ok(A("without")));
        for task in ["Slow", "Slower", "Waits"] {
            assert_eq!(outcome_of(&record, task), Some(Outcome::Failed(Failure::CutOff)), "{task}");
        }
        let causes: Vec<_> = record.failures().map(|(task, _)| task).collect();
        assert_eq!(causes, ["Slow", "Slower"], "a task that waits for one that was cut off is not a root cause");
        assert_eq!(recorder.dropped_at("Slow"), Some(ms(400)));
        assert_eq!(recorder.ended_at("End"), Some(ms(460)));
        assert!(recorder.alive().is_empty());
    }
}

/// Strict: a task that has not started by then does not start, even if it never waits.
#[tokio::test(start_paused = true)]
async fn a_task_whose_input_arrives_at_the_reserve_does_not_start_even_if_it_never_waits() {
    for (mode, at, expected) in BOTH_MODES.into_iter().flat_map(|mode| [(mode, 399, true), (mode, 400, false)]) {
        let recorder = Recorder::new();
        let definition = Definition::<Tiny>::new("E")
            .fake(Fake::value("Input", C).stage(Stage::Loaders).after(ms(at)))
            .fake(Fake::value("NeverWaits", B).stage(Stage::Loaders).need::<C>().on(&recorder))
            .fake(answer_of_b())
            .answer::<A>();
        let conf = PlanConf { mode, reserve: ms(100), ..PlanConf::default() };
        let (answer, record) = run(&definition, &conf).await.into_answer();
        assert_eq!(answer, Ok(A(if expected { "with" } else { "without" })));
        assert_eq!(outcome_of(&record, "Input"), Some(Outcome::Done), "it ended exactly at its deadline");
        let cut_off = outcome_of(&record, "NeverWaits") == Some(Outcome::Failed(Failure::CutOff));
        assert_eq!((cut_off, recorder.started().len()), (!expected, usize::from(expected)));
    }
}

#[tokio::test(start_paused = true)]
async fn a_strong_task_that_is_unfinished_at_the_reserve_ends_the_engine() {
    for mode in BOTH_MODES {
        let recorder = Recorder::new();
        let definition = Definition::<Tiny>::new("E")
            .fake(Fake::<_, C>::hang("Weak").stage(Stage::Loaders).on(&recorder))
            .fake(Fake::<_, B>::hang("Strong").stage(Stage::Loaders).strong().on(&recorder))
            .fake(answer_of_b().on(&recorder))
            .answer::<A>();
        let conf = PlanConf { mode, reserve: ms(100), ..PlanConf::default() };
        let (answer, record) = run(&definition, &conf).await.into_answer();
        assert_eq!(answer, Err(EngineError::Timeout { waiting_for: "Strong" }));
        assert_eq!(record.took_ns(), 400_000_000);
        assert!(recorder.alive().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_strong_task_that_would_be_skipped_does_not_end_the_engine_at_the_reserve() {
    let definition = Definition::<Tiny>::new("E")
        .fake(Fake::<_, B>::hang("Weak").stage(Stage::Providers))
        .fake(Fake::value("Others", C).stage(Stage::Loaders).strong())
        .fake(answer_of_b())
        .answer::<A>();
    let rollout = Some(Rollout { percent: 0.0, ..Rollout::default() });
    let conf = with_task("Others", TaskConf { rollout, ..TaskConf::default() });
    assert_eq!(run(&definition, &conf).await.into_answer().0, Ok(A("without")));
}

#[tokio::test(start_paused = true)]
async fn a_converter_may_use_the_reserve_and_no_more() {
    let recorder = Recorder::new();
    let definition = Definition::<Tiny>::new("E").fake(Fake::<_, A>::hang("End").on(&recorder)).answer::<A>();
    let conf = PlanConf { reserve: ms(100), ..PlanConf::default() };
    let (answer, record) = run(&definition, &conf).await.into_answer();
    assert_eq!(answer, Err(EngineError::Timeout { waiting_for: "End" }));
    assert_eq!(recorder.dropped_at("End"), Some(ms(500)));
    assert_eq!(outcome_of(&record, "End"), Some(Outcome::Cancelled));
    assert_eq!(record.critical_path(), ["End"], "a task that was waited for is named even if it never ended");
}

#[tokio::test(start_paused = true)]
async fn without_a_reserve_converters_that_never_wait_still_answer() {
    let definition =
        Definition::<Tiny>::new("E").fake(Fake::<_, B>::hang("Slow").stage(Stage::Loaders)).fake(answer_of_b());
    let (answer, record) = run(&definition.answer::<A>(), &PlanConf::default()).await.into_answer();
    assert_eq!(answer, Ok(A("without")));
    assert_eq!(record.took_ns(), 500_000_000);
}

#[tokio::test(start_paused = true)]
async fn the_callers_deadline_applies_if_it_is_earlier() {
    let recorder = Recorder::new();
    let definition = Definition::<Tiny>::new("E").fake(Fake::<_, A>::hang("End").on(&recorder)).answer::<A>();
    let plan = plan(&definition, &PlanConf::default());
    let engine = |left| Engine::new(&plan, Default::default()).until(Instant::now() + left);
    let (answer, record) = engine(ms(120)).run().await.into_answer();
    assert_eq!(answer, Err(EngineError::Timeout { waiting_for: "End" }));
    assert_eq!(record.took_ns(), 120_000_000);
    let (_, record) = engine(ms(900)).run().await.into_answer();
    assert_eq!(record.took_ns(), 500_000_000, "a caller cannot lengthen it");
}

#[tokio::test(start_paused = true)]
async fn an_engine_with_no_time_left_starts_nothing() {
    let recorder = Recorder::new();
    let definition = Definition::<Tiny>::new("E").fake(Fake::value("End", A("late")).on(&recorder)).answer::<A>();
    let engine = Engine::new(&plan(&definition, &PlanConf::default()), Default::default()).until(Instant::now());
    let (answer, record) = engine.run().await.into_answer();
    assert_eq!(answer, Err(EngineError::Timeout { waiting_for: "End" }));
    assert!(recorder.started().is_empty());
    assert_eq!(outcome_of(&record, "End"), Some(Outcome::Cancelled));
}

#[tokio::test(start_paused = true)]
async fn a_task_sees_its_remaining_time() {
    static LEFT: AtomicU64 = AtomicU64::new(0);
    let note = |cx: &FakeInputs<'_, Tiny>| {
        LEFT.store(u64::try_from(cx.remaining().as_millis()).unwrap(), Ordering::Relaxed);
        Ok(A("seen"))
    };
    let definition = Definition::<Tiny>::new("E")
        .fake(Fake::value("P", B).stage(Stage::Providers).after(ms(100)))
        .fake(Fake::new("End", note).need::<B>())
        .answer::<A>();
    run(&definition, &with_task("End", TaskConf::default())).await;
    assert_eq!(LEFT.load(Ordering::Relaxed), 400);
    run(&definition, &with_task("End", TaskConf { timeout: Some(ms(250)), ..TaskConf::default() })).await;
    assert_eq!(LEFT.load(Ordering::Relaxed), 250);
}

#[tokio::test(start_paused = true)]
async fn dropping_the_engine_ends_every_task_of_it() {
    let recorder = Recorder::new();
    let definition = Definition::<Tiny>::new("E")
        .fake(Fake::<_, B>::hang("One").stage(Stage::Loaders).on(&recorder))
        .fake(Fake::<_, C>::hang("Two").stage(Stage::Loaders).on(&recorder))
        .fake(Fake::<_, ()>::hang("Three").stage(Stage::Loaders).on(&recorder))
        .fake(answer_of_b())
        .answer::<A>();
    let engine = Engine::new(&plan(&definition, &PlanConf::default()), Default::default());
    assert!(tokio::time::timeout(ms(20), engine.run()).await.is_err());
    tokio::task::yield_now().await;
    assert_eq!(recorder.started().len(), 3);
    assert!(recorder.alive().is_empty(), "still alive: {:?}", recorder.alive());
    assert!(recorder.ended().is_empty());
}

#[tokio::test(start_paused = true)]
async fn time_used_by_a_task_that_blocks_the_thread_is_noticed_before_the_next_one_starts() {
    let recorder = Recorder::new();
    let definition = Definition::<Tiny>::new("E")
        .fake(Fake::value("First", C).stage(Stage::Loaders))
        .task(KeepsTheThread)
        .fake(Fake::value("Next", B).stage(Stage::Loaders).on(&recorder))
        .fake(answer_of_b())
        .answer::<A>();
    let conf = PlanConf { reserve: ms(100), ..PlanConf::default() };
    let (answer, record) = run(&definition, &conf).await.into_answer();
    assert_eq!(answer, Ok(A("without")));
    assert_eq!(outcome_of(&record, "Next"), Some(Outcome::Failed(Failure::CutOff)));
    assert!(recorder.started().is_empty());
}

struct KeepsTheThread;

impl Task<Tiny> for KeepsTheThread {
    type Output = ();
    type Input<'a> = ();
    const STAGE: Stage = Stage::Loaders;

    async fn run(&self, _cx: &Context<Tiny>, (): ()) -> TaskResult<Tiny, ()> {
        // the paused clock moves while the driver is not polled
        let advance = std::pin::pin!(tokio::time::advance(ms(450)));
        let waker = std::task::Waker::noop();
        let _ = advance.poll(&mut std::task::Context::from_waker(waker));
        Ok(())
    }
}
