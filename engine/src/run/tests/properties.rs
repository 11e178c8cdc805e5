//! Properties over random graphs, strengths, outcomes and timings, compared with a model without time.

use proptest::{prelude::*, strategy::ValueTree as _};
use tokio::time::Instant;

use super::{BOTH_MODES, ms};
use crate::{
    test_util::{Recorder, Tiny, TinyError, outcomes, plan},
    *,
};

mod graph;

use graph::{End, Graph, graph};

/// The result of running a graph.
struct Ran {
    answer: Result<(), EngineErrorOf<Tiny>>,
    outcomes: Vec<(&'static str, Outcome<TinyError>)>,
    took: std::time::Duration,
    recorder: Recorder,
}

/// Runs `graph` on its own clock.
fn play(graph: &Graph, conf: &PlanConf) -> Ran {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let recorder = Recorder::new();
        let plan = plan(&graph.definition(&recorder), conf);
        let start = Instant::now();
        let finished = tokio::time::timeout(ms(60_000), Engine::new(&plan, Default::default()).run()).await;
        let (took, alive) = (start.elapsed(), recorder.alive());
        let (answer, record) = finished.expect("an engine always ends").into_answer();
        assert!(alive.is_empty(), "alive after the end: {alive:?}");
        Ran { answer, outcomes: outcomes(&record), took, recorder }
    })
}

fn conf(mode: Mode, graph: &Graph) -> PlanConf {
    PlanConf { mode, timeout: ms(50_000), ..PlanConf { tasks: graph.tasks(), ..PlanConf::default() } }
}

/// Nothing starts before all its inputs have ended.
fn assert_order(graph: &Graph, ran: &Ran) {
    for (index, node) in graph.nodes.iter().enumerate() {
        let Some(started) = ran.recorder.started_at(graph.name(index)) else { continue };
        for &(writer, need) in &node.reads {
            let name = graph.name(writer);
            let gone = ran.recorder.ended_at(name).or(ran.recorder.dropped_at(name));
            let outcome = &ran.outcomes.iter().find(|(task, _)| *task == name).unwrap().1;
            assert!(gone.is_none_or(|gone| gone <= started), "{} started before {name} had ended", graph.name(index));
            assert!(!need || *outcome == Outcome::Done, "{} ran without {name}", graph.name(index));
        }
    }
}

/// The record matches the observations of the bodies.
fn assert_truth(ran: &Ran) {
    let (started, ended) = (ran.recorder.started(), ran.recorder.ended());
    for (name, outcome) in ran.outcomes.iter().filter(|(name, _)| *name != "Contributes") {
        match outcome {
            Outcome::Done | Outcome::Failed(Failure::Error(_)) => assert!(ended.contains(name), "{name}: {outcome:?}"),
            Outcome::Failed(Failure::TimedOut | Failure::Panicked) => {
                assert!(started.contains(name) && !ended.contains(name), "{name}: {outcome:?}");
            }
            Outcome::Skipped(_) | Outcome::Failed(Failure::DependencyFailed(_)) => {
                assert!(!started.contains(name), "{name}: {outcome:?}");
            }
            Outcome::Failed(Failure::CutOff) | Outcome::Cancelled => {}
            Outcome::Failed(Failure::Fault(fault)) => panic!("{name} {fault}"),
        }
    }
}

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases(6_000))]

    /// Also checks that every task starts as soon as it can, that staged and DAG mode agree, and that the same input gives the
    /// same outcomes.
    #[test]
    fn without_deadlines_every_outcome_is_that_of_the_model(graph in graph(false)) {
        let model = graph.model();
        for mode in BOTH_MODES {
            let ran = play(&graph, &conf(mode, &graph));
            assert_order(&graph, &ran);
            assert_truth(&ran);
            prop_assert_eq!(ran.outcomes.len(), graph.nodes.len() + 1 + graph.list_tasks());
            match &model.fatal[..] {
                [] => {
                    prop_assert_eq!(&ran.answer, &Ok(()));
                    prop_assert_eq!(ran.took, graph.takes(mode, &model));
                    for (index, expected) in model.outcomes.iter().enumerate() {
                        let outcome = ran.outcomes.iter().find(|(name, _)| *name == graph.name(index));
                        prop_assert_eq!(outcome.map(|(_, outcome)| outcome), expected.as_ref(), "{}", index);
                    }
                }
                [only] => prop_assert_eq!(ran.answer, Err(only.clone())),
                several => {
                    let error = ran.answer.unwrap_err();
                    prop_assert!(several.contains(&error), "{:?} is none of {:?}", error, several);
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(cases(3_000))]

    #[test]
    fn the_same_input_gives_the_same_outcomes(graph in graph(true), dag in any::<bool>()) {
        let mode = if dag { Mode::Dag } else { Mode::Staged };
        let (first, second) = (play(&graph, &conf(mode, &graph)), play(&graph, &conf(mode, &graph)));
        prop_assert_eq!((first.answer, first.outcomes, first.took), (second.answer, second.outcomes, second.took));
    }

    #[test]
    fn with_deadlines_an_engine_ends_in_time_and_leaves_nothing_running(
        graph in graph(true),
        timeout in 1_u64..120,
        reserve in 0_u64..60,
    ) {
        for mode in BOTH_MODES {
            let conf = PlanConf {
                mode,
                timeout: ms(timeout),
                reserve: ms(reserve.min(timeout - 1)),
                tasks: graph.tasks_within(ms(timeout)),
                ..PlanConf::default()
            };
            let ran = play(&graph, &conf);
            prop_assert!(ran.took <= ms(timeout), "took {:?} of {} ms", ran.took, timeout);
            prop_assert_eq!(ran.outcomes.len(), graph.nodes.len() + 1 + graph.list_tasks());
            assert_order(&graph, &ran);
            assert_truth(&ran);
            if ran.answer.is_ok() {
                prop_assert!(ran.outcomes.iter().all(|(_, outcome)| *outcome != Outcome::Cancelled));
            }
        }
    }

    /// Shedding never affects a strong task, and an engine that succeeds without pressure succeeds under any.
    #[test]
    fn under_pressure_no_task_that_a_strong_one_needs_is_shed(graph in graph(true), dag in any::<bool>()) {
        let mode = if dag { Mode::Dag } else { Mode::Staged };
        let pressure = std::sync::Arc::new(Pressure::new());
        pressure.set_level(2, 0.0);
        let shedding = Some(Shedding { policy: ShedPolicy::default(), pressure });
        let (calm, pressed) = (play(&graph, &conf(mode, &graph)), play(&graph, &PlanConf { shedding, ..conf(mode, &graph) }));
        assert_truth(&pressed);
        if calm.answer.is_ok() {
            prop_assert_eq!(pressed.answer, Ok(()));
        }
        for (index, node) in graph.nodes.iter().enumerate() {
            let outcome = pressed.outcomes.iter().find(|(name, _)| *name == graph.name(index)).map(|(_, outcome)| outcome);
            let lacks = matches!(outcome, Some(Outcome::Skipped(SkipReason::Shed | SkipReason::NoInput(_))));
            prop_assert!(!lacks || !node.strong, "{} is strong", graph.name(index));
        }
    }

    #[test]
    fn a_dropped_engine_leaves_nothing_running(graph in graph(true), after in 0_u64..60, dag in any::<bool>()) {
        let mode = if dag { Mode::Dag } else { Mode::Staged };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        let alive = runtime.block_on(async {
            let recorder = Recorder::new();
            let plan = plan(&graph.definition(&recorder), &conf(mode, &graph));
            let _ = tokio::time::timeout(ms(after), Engine::new(&plan, Default::default()).run()).await;
            tokio::task::yield_now().await;
            recorder.alive()
        });
        prop_assert!(alive.is_empty(), "alive: {:?}", alive);
    }
}

#[test]
fn the_graphs_reach_every_kind_of_end() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut fatal, mut skipped, mut failed, mut empty, mut hangs) = (0, 0, 0, 0, 0);
    for _ in 0..500 {
        let graph = graph(true).new_tree(&mut runner).unwrap().current();
        let model = graph.model();
        fatal += usize::from(model.fatal.len() == 1);
        hangs += graph.nodes.iter().filter(|node| node.end == End::Hang).count();
        for outcome in model.outcomes.iter().flatten() {
            skipped += usize::from(matches!(outcome, Outcome::Skipped(SkipReason::NoInput(_))));
            failed += usize::from(matches!(outcome, Outcome::Failed(Failure::DependencyFailed(_))));
            empty += usize::from(matches!(outcome, Outcome::Skipped(SkipReason::EmptyList)));
        }
    }
    let counts = [fatal, skipped, failed, empty, hangs];
    assert!(counts.iter().all(|count| *count > 50), "{counts:?}");
}
