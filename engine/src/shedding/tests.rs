//! Pressure on a paused clock, and its effect on engines.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use tokio::time::{advance, sleep};

use super::*;
use crate::{
    test_util::{Fake, Tiny, fault_lines, outcome_of, plan},
    *,
};

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// A window of a second in which one in ten may take over 100 ms.
fn policy() -> ShedPolicy {
    ShedPolicy { target: ms(100), tolerated_percent: 10.0, window: ms(1_000), min_engines: 10, calm_windows: 2 }
}

/// A window with this many engines, some of them late, followed by the first engine of the next window, which is in time.
async fn window(pressure: &Pressure, ended: u32, late: u32) -> u8 {
    for number in 0..ended {
        let took = if number < late { ms(101) } else { ms(100) };
        pressure.observe(&policy(), Instant::now(), took);
    }
    advance(ms(1_000)).await;
    pressure.observe(&policy(), Instant::now(), ms(1));
    pressure.level()
}

#[tokio::test(start_paused = true)]
async fn a_window_with_too_many_late_engines_raises_the_level_by_one() {
    let pressure = Pressure::new();
    assert_eq!(window(&pressure, 100, 10).await, 0, "as many as tolerated");
    assert_eq!(window(&pressure, 100, 11).await, 1);
    assert_eq!(pressure.sheds_below(), Importance::Normal);
    assert_eq!(window(&pressure, 100, 50).await, 2);
    assert_eq!(window(&pressure, 100, 99).await, 2, "there is no more to shed");
    assert_eq!(pressure.sheds_below(), Importance::High);
}

#[tokio::test(start_paused = true)]
async fn a_window_with_few_engines_does_not_count() {
    let pressure = Pressure::new();
    assert_eq!(window(&pressure, 8, 8).await, 0);
    assert_eq!(window(&pressure, 9, 9).await, 1, "ten, including the one that closed the previous window");
}

#[tokio::test(start_paused = true)]
async fn consecutive_calm_windows_lower_the_level_by_one_and_a_busy_one_restarts_the_count() {
    let pressure = Pressure::new();
    for _ in 0..3 {
        window(&pressure, 100, 50).await;
    }
    let levels = [(0, 2), (8, 2), (0, 2), (5, 1), (0, 1), (0, 0), (0, 0)];
    for (number, (late, level)) in levels.into_iter().enumerate() {
        assert_eq!(window(&pressure, 100, late).await, level, "window {number}");
    }
}

#[tokio::test(start_paused = true)]
async fn windows_in_which_nothing_ended_are_calm() {
    let pressure = Pressure::new();
    for _ in 0..3 {
        window(&pressure, 100, 50).await;
    }
    advance(ms(10_000)).await;
    pressure.observe(&policy(), Instant::now(), ms(1));
    assert_eq!(pressure.level(), 0);
}

#[derive(Clone, Debug, PartialEq)]
struct Answer;

/// A page with tasks of every importance; `Slow` takes so long that the engine is late.
fn definition(slow: u64) -> Definition<Tiny, Answer> {
    Definition::<Tiny>::new("E")
        .fake(Fake::value("Low", 1_u8).importance(Importance::Low).stage(Stage::Loaders).after(ms(slow)))
        .fake(Fake::value("NeedsLow", 1_u16).need::<u8>().importance(Importance::High).stage(Stage::Loaders))
        .fake(Fake::value("Normal", 1_u32).stage(Stage::Loaders))
        .fake(Fake::value("High", 1_u64).importance(Importance::High).stage(Stage::Loaders))
        .fake(Fake::value("LowButStrong", 1_i8).importance(Importance::Low).strong().stage(Stage::Loaders))
        .fake(Fake::value("LowForAStrong", 1_i16).importance(Importance::Low).stage(Stage::Loaders))
        .fake(Fake::value("Between", 1_i32).need::<i16>().importance(Importance::Low).stage(Stage::Loaders))
        .fake(Fake::value("Strong", 1_i64).need::<i32>().strong().stage(Stage::Loaders))
        .fake(Fake::value("LowForTheAnswer", 'a').importance(Importance::Low).stage(Stage::Loaders))
        .fake(Fake::value("End", Answer).importance(Importance::Low).need::<char>().maybe::<u8>())
        .answer::<Answer>()
}

fn conf(pressure: &Arc<Pressure>) -> PlanConf {
    let shedding = Some(Shedding { policy: policy(), pressure: Arc::clone(pressure) });
    PlanConf { shedding, ..PlanConf::default() }
}

async fn shed<A: 'static>(plan: &Plan<Tiny, A>) -> Vec<&'static str> {
    let finished = Engine::new(plan, Arc::default()).run().await;
    assert!(finished.is_ok(), "{:?}", finished.record);
    let shed = |task: &TaskRecord<'_, test_util::TinyError>| *task.outcome == Outcome::Skipped(SkipReason::Shed);
    finished.record.tasks().filter(shed).map(|task| task.name).collect()
}

#[tokio::test(start_paused = true)]
async fn the_least_important_weak_tasks_are_shed_first_and_come_back_when_the_pressure_ends() {
    let pressure = Arc::new(Pressure::new());
    let (slow, quick) = (plan(&definition(150), &conf(&pressure)), plan(&definition(0), &conf(&pressure)));
    // engines that are late because of the least important task, until it is shed
    let before = futures_util::future::join_all((0..10).map(|_| shed(&slow))).await;
    assert!(before.iter().all(Vec::is_empty));
    sleep(ms(1_000)).await;
    shed(&slow).await;
    assert_eq!(shed(&slow).await, ["Low"], "tasks needed by a strong task or for the answer stay");
    // another plan of the engine shares the state
    assert_eq!(shed(&quick).await, ["Low"]);
    pressure.set_level(2, 0.0);
    assert_eq!(shed(&quick).await, ["Low", "Normal"]);
    let (_, record) = Engine::new(&quick, Arc::default()).run().await.into_answer();
    assert_eq!(outcome_of(&record, "NeedsLow"), Some(Outcome::Skipped(SkipReason::NoInput("Low"))));
    assert!(record.line().contains("Low skipped: shed"), "{}", record.line());
    sleep(ms(5_000)).await;
    shed(&quick).await;
    assert_eq!(shed(&quick).await, Vec::<&str>::new());
}

#[tokio::test(start_paused = true)]
async fn configuration_says_how_important_a_task_is() {
    let pressure = Arc::new(Pressure::new());
    pressure.set_level(1, 0.0);
    let importance = |importance| TaskConf { importance: Some(importance), ..TaskConf::default() };
    let tasks = [("Low".to_owned(), importance(Importance::High)), ("High".to_owned(), importance(Importance::Low))];
    let plan = plan(&definition(0), &PlanConf { tasks: tasks.into(), ..conf(&pressure) });
    assert_eq!(shed(&plan).await, ["High"]);
    assert!(plan.explain().contains("\n  High [low importance]\n"), "{}", plan.explain());
}

#[tokio::test(start_paused = true)]
async fn an_invalid_policy_is_a_fault_of_the_plan() {
    let policy = ShedPolicy { tolerated_percent: 101.0, window: ms(0), target: ms(0), min_engines: 0, calm_windows: 0 };
    let shedding = Some(Shedding { policy, pressure: Arc::default() });
    let faults = Plan::compile(&definition(0), &PlanConf { shedding, ..PlanConf::default() }).unwrap_err();
    let expected = [
        "E: shedding: target must be more than 0",
        "E: shedding: window must be more than 0",
        "E: shedding: min_engines must be more than 0",
        "E: shedding: calm_windows must be more than 0",
        "E: shedding: tolerated_percent must be 0 to 100, found 101",
    ];
    assert_eq!(fault_lines(&faults), expected);
}

#[tokio::test(start_paused = true)]
async fn the_state_of_an_engine_is_always_the_same_instance() {
    let pressures = Pressures::default();
    pressures.of("E").set_level(2, 0.0);
    assert_eq!(pressures.of("E").level(), 2);
    assert_eq!((pressures.of("F").level(), pressures.levels()), (0, vec![("E".to_owned(), 2), ("F".to_owned(), 0)]));
}
