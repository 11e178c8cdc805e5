//! The order of starts: stages, edges, and configured dependencies.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use super::{BOTH_MODES, in_mode, ms, with_task};
use crate::{
    test_util::{Fake, Recorder, Tiny, TinyRequest, fault_lines, outcome_of, outcomes, plan, run},
    *,
};

#[derive(Clone, Debug, PartialEq)]
struct A;
#[derive(Clone)]
struct B;
#[derive(Clone)]
struct C;
#[derive(Clone)]
struct D;

fn end() -> Fake<Tiny, A> {
    Fake::value("End", A)
}

#[tokio::test(start_paused = true)]
async fn staged_mode_starts_a_stage_when_the_one_before_has_ended() {
    let recorder = Recorder::new();
    let definition = Definition::<Tiny>::new("E")
        .fake(end().on(&recorder))
        .fake(Fake::value("Loader", B).stage(Stage::Loaders).after(ms(10)).on(&recorder))
        .fake(Fake::value("Slow", C).stage(Stage::Providers).after(ms(40)).on(&recorder))
        .fake(Fake::value("Quick", D).stage(Stage::Providers).after(ms(20)).on(&recorder))
        .answer::<A>();
    let finished = run(&definition, &PlanConf::default()).await;
    assert_eq!(finished.into_answer().0, Ok(A));
    assert_eq!(recorder.started(), ["Slow", "Quick", "Loader", "End"]);
    assert_eq!(recorder.ended(), ["Quick", "Slow", "Loader", "End"]);
    assert_eq!(recorder.started_at("Loader"), Some(ms(40)));
    assert_eq!(recorder.ended_at("End"), Some(ms(50)));
}

#[tokio::test(start_paused = true)]
async fn dag_mode_starts_a_task_as_soon_as_its_inputs_are_ready() {
    let recorder = Recorder::new();
    let definition = Definition::<Tiny>::new("E")
        .fake(end().need::<B>().on(&recorder))
        .fake(Fake::value("Loader", B).stage(Stage::Loaders).need::<D>().after(ms(10)).on(&recorder))
        .fake(Fake::value("Slow", C).stage(Stage::Providers).after(ms(40)).on(&recorder))
        .fake(Fake::value("Quick", D).stage(Stage::Providers).after(ms(20)).on(&recorder))
        .answer::<A>();
    let (answer, record) = run(&definition, &in_mode(Mode::Dag)).await.into_answer();
    assert_eq!(answer, Ok(A));
    assert_eq!(recorder.started_at("Loader"), Some(ms(20)));
    assert_eq!(recorder.ended_at("End"), Some(ms(30)));
    assert_eq!(outcome_of(&record, "Slow"), Some(Outcome::Done), "it still completes");
    assert_eq!(record.took_ns(), 40_000_000);
}

#[tokio::test(start_paused = true)]
async fn inside_a_stage_tasks_follow_their_edges() {
    let recorder = Recorder::new();
    let definition = Definition::<Tiny>::new("E")
        .fake(Fake::value("Third", C).stage(Stage::Loaders).need::<B>().on(&recorder))
        .fake(Fake::value("Second", B).stage(Stage::Loaders).maybe::<D>().after(ms(5)).on(&recorder))
        .fake(Fake::value("First", D).stage(Stage::Loaders).after(ms(5)).on(&recorder))
        .fake(end().on(&recorder))
        .answer::<A>();
    run(&definition, &PlanConf::default()).await;
    assert_eq!(recorder.started(), ["First", "Second", "Third", "End"]);
    assert_eq!(recorder.started_at("Third"), Some(ms(10)));
}

#[tokio::test(start_paused = true)]
async fn independent_tasks_of_a_stage_run_concurrently() {
    let recorder = Recorder::new();
    let definition = Definition::<Tiny>::new("E")
        .fake(Fake::value("B", B).stage(Stage::Loaders).after(ms(30)).on(&recorder))
        .fake(Fake::value("C", C).stage(Stage::Loaders).after(ms(30)).on(&recorder))
        .fake(Fake::value("D", D).stage(Stage::Loaders).after(ms(30)).on(&recorder))
        .fake(end().on(&recorder))
        .answer::<A>();
    let (_, record) = run(&definition, &PlanConf::default()).await.into_answer();
    assert_eq!(recorder.started_at("End"), Some(ms(30)));
    assert_eq!(record.tasks().filter(|task| task.spawned).count(), 2, "one of the waiting tasks stays in place");
}

#[tokio::test(start_paused = true)]
async fn tasks_that_wait_in_place_run_concurrently_and_are_not_spawned() {
    let definition = || {
        Definition::<Tiny>::new("E")
            .fake(Fake::value("B", B).stage(Stage::Loaders).after(ms(30)))
            .fake(Fake::value("C", C).stage(Stage::Loaders).after(ms(20)))
            .fake(Fake::value("D", D).stage(Stage::Loaders).after(ms(10)))
    };
    let one_spawned = with_task("C", TaskConf { waits: Some(Waits::Tokio), ..TaskConf::default() });
    let all_spawned = PlanConf { waits: Some(Waits::Tokio), ..PlanConf::default() };
    // a task's own setting overrides the engine's, which overrides the definition's; of the others, one waiting task stays in place
    for (waits, conf, spawned) in [
        (Waits::InPlace, PlanConf::default(), 0),
        (Waits::InPlace, one_spawned, 1),
        (Waits::InPlace, all_spawned, 2),
        (Waits::Tokio, PlanConf { waits: Some(Waits::InPlace), ..PlanConf::default() }, 0),
    ] {
        let recorder = Recorder::new();
        let definition = definition().waits(waits).fake(end().on(&recorder)).answer::<A>();
        let (_, record) = run(&definition, &conf).await.into_answer();
        assert_eq!(recorder.started_at("End"), Some(ms(30)));
        assert_eq!(record.tasks().filter(|task| task.spawned).count(), spawned, "{waits:?}, {conf:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_task_that_waits_in_place_is_polled_only_when_it_was_woken() {
    let polls = Arc::new(AtomicUsize::new(0));
    let definition = Definition::<Tiny>::new("E")
        .waits(Waits::InPlace)
        .task(CountsPolls(Arc::clone(&polls)))
        .fake(Fake::value("B", B).stage(Stage::Loaders).after(ms(10)))
        // the last one uses the waker of the engine
        .fake(Fake::value("C", C).stage(Stage::Loaders).after(ms(20)))
        .fake(end())
        .answer::<A>();
    run(&definition, &PlanConf::default()).await.into_answer().0.unwrap();
    // once at its start, once with its waker, and once at its deadline
    assert_eq!(polls.load(Ordering::Relaxed), 3);
}

struct CountsPolls(Arc<AtomicUsize>);

impl Task<Tiny> for CountsPolls {
    type Output = D;
    type Input<'a> = ();
    const STAGE: Stage = Stage::Loaders;

    async fn run(&self, _cx: &Context<Tiny>, (): ()) -> TaskResult<Tiny, D> {
        let mut sleep = std::pin::pin!(tokio::time::sleep(ms(40)));
        std::future::poll_fn(|cx| {
            self.0.fetch_add(1, Ordering::Relaxed);
            sleep.as_mut().poll(cx)
        })
        .await;
        Ok(D)
    }
}

#[tokio::test(start_paused = true)]
async fn a_task_that_joins_before_a_later_stage_does_not_delay_its_own() {
    let recorder = Recorder::new();
    let definition = Definition::<Tiny>::new("E")
        .fake(Fake::value("Slow", B).stage(Stage::Providers).after(ms(40)).on(&recorder))
        .fake(Fake::value("Quick", C).stage(Stage::Providers).after(ms(10)).on(&recorder))
        .fake(Fake::value("Loader", D).stage(Stage::Loaders).after(ms(10)).on(&recorder))
        .fake(end().on(&recorder))
        .answer::<A>();
    let conf = with_task("Slow", TaskConf { join_before: Some(Stage::Converters), ..TaskConf::default() });
    run(&definition, &conf).await;
    assert_eq!(recorder.started_at("Loader"), Some(ms(10)));
    assert_eq!(recorder.started_at("End"), Some(ms(40)), "the stage that it joins before waits for it");
}

#[tokio::test(start_paused = true)]
async fn depends_on_adds_an_order_but_no_value() {
    for mode in BOTH_MODES {
        let recorder = Recorder::new();
        let definition = Definition::<Tiny>::new("E")
            .fake(Fake::value("After", B).stage(Stage::Loaders).on(&recorder))
            .fake(Fake::<_, C>::error("Before", test_util::TinyError("no")).stage(Stage::Loaders).after(ms(10)))
            .fake(end().on(&recorder))
            .answer::<A>();
        let depends = TaskConf { depends_on: vec!["Before".into()], ..TaskConf::default() };
        let conf = PlanConf { mode, ..with_task("After", depends) };
        let (_, record) = run(&definition, &conf).await.into_answer();
        assert_eq!(recorder.started_at("After"), Some(ms(10)));
        assert_eq!(outcome_of(&record, "After"), Some(Outcome::Done), "it does not need the other's datum");
    }
}

#[tokio::test(start_paused = true)]
async fn a_task_that_is_switched_off_never_runs_and_the_record_says_why() {
    let recorder = Recorder::new();
    let definition = Definition::<Tiny>::new("E")
        .fake(Fake::value("Off", B).stage(Stage::Loaders).strong().on(&recorder))
        .fake(end())
        .answer::<A>();
    let conf = with_task("Off", TaskConf { enabled: Some(false), ..TaskConf::default() });
    let (answer, record) = run(&definition, &conf).await.into_answer();
    assert_eq!(answer, Ok(A));
    assert!(recorder.started().is_empty());
    assert_eq!(outcome_of(&record, "Off"), Some(Outcome::Skipped(SkipReason::SwitchedOff)));
}

#[tokio::test(start_paused = true)]
async fn a_roll_out_includes_only_some_requests() {
    let definition = Definition::<Tiny>::new("E").fake(Fake::value("New", B)).fake(end()).answer::<A>();
    let rollout = Some(Rollout { regions: vec!["GB".into()], ..Rollout::default() });
    let plan = plan(&definition, &with_task("New", TaskConf { rollout, ..TaskConf::default() }));
    for (region, expected) in [("GB", Outcome::Done), ("US", Outcome::Skipped(SkipReason::RolledOutToOthers))] {
        let request = TinyRequest { region, ..TinyRequest::default() };
        let (_, record) = Engine::new(&plan, request.into()).run().await.into_answer();
        assert_eq!(outcome_of(&record, "New"), Some(expected));
    }
}

#[tokio::test(start_paused = true)]
async fn an_engine_without_its_answer_ends_with_an_error() {
    for fake in [Fake::<Tiny, A>::skip("End", "why"), Fake::error("End", test_util::TinyError("no"))] {
        let definition = Definition::<Tiny>::new("E").fake(fake).answer::<A>();
        let (answer, _) = run(&definition, &PlanConf::default()).await.into_answer();
        assert_eq!(answer, Err(EngineError::DependencyFailed { task: "E", needs: "A" }));
    }
}

#[tokio::test(start_paused = true)]
async fn both_modes_give_the_same_outcomes() {
    let definition = Definition::<Tiny>::new("E")
        .fake(Fake::value("P", B).stage(Stage::Providers).after(ms(10)))
        .fake(Fake::<_, C>::error("L", test_util::TinyError("no")).stage(Stage::Loaders).need::<B>().after(ms(5)))
        .fake(Fake::value("M", D).stage(Stage::Loaders).need::<C>())
        .fake(end().maybe::<D>())
        .answer::<A>();
    let (staged, first) = run(&definition, &in_mode(Mode::Staged)).await.into_answer();
    let (dag, second) = run(&definition, &in_mode(Mode::Dag)).await.into_answer();
    assert_eq!(staged, dag);
    assert_eq!(outcomes(&first), outcomes(&second));
}

#[test]
fn a_fault_shows_engine_task_and_text() {
    let definition = Definition::<Tiny>::new("E").fake(end().need::<B>()).answer::<A>();
    let faults = Plan::compile(&definition, &PlanConf::default()).unwrap_err();
    assert_eq!(fault_lines(&faults), ["E: End: reads B, but no task with this Output is registered"]);
}
