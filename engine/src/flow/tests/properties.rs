//! Properties over random sequences, branches and jumps, compared with a model that computes times instead of
//! waiting.

use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::{prelude::*, strategy::ValueTree as _};

use super::*;

mod model;
mod spec;

use model::Model;
use spec::{Spec, spec};

/// The result of a run of a spec, on its own clock.
struct Played {
    ended: Result<(), FlowErrorOf<Trail>>,
    been: Vec<String>,
    took: Duration,
    lines: Vec<(&'static str, u32, String)>,
    alive: usize,
}

fn play(spec: &Spec, until: Duration) -> Played {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let alive = Arc::new(AtomicUsize::new(0));
        let flow = spec.flow(&alive).build().unwrap();
        let (start, mut walk) = (Instant::now(), Walk::default());
        let run = tokio::time::timeout(ms(900_000), flow.run(&mut walk, start + until)).await;
        let (ended, record) = run.expect("a flow always ends");
        let lines = record.steps().map(|step| (step.name, step.round, format!("{:?}", step.outcome))).collect();
        Played { ended, been: walk.been, took: start.elapsed(), lines, alive: alive.load(Ordering::Relaxed) }
    })
}

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases(4_000))]

    #[test]
    fn a_flow_takes_the_path_and_the_time_of_the_model(spec in spec()) {
        let (model, played) = (Model::of(&spec), play(&spec, ms(800_000)));
        prop_assert_eq!(&played.ended, &model.ended);
        prop_assert_eq!(played.took, ms(model.now));
        prop_assert_eq!(&played.been, &model.been);
        prop_assert_eq!(&played.lines, &model.lines);
        prop_assert_eq!(played.alive, 0);
    }

    #[test]
    fn with_a_deadline_a_flow_ends_in_time_and_leaves_nothing_running(spec in spec(), until in 0_u64..200) {
        let (first, second) = (play(&spec, ms(until)), play(&spec, ms(until)));
        prop_assert!(first.took <= ms(until), "took {:?} of {} ms", first.took, until);
        prop_assert_eq!(first.alive, 0);
        prop_assert_eq!((first.ended, first.been, first.lines), (second.ended, second.been, second.lines));
    }
}

#[test]
fn the_specs_reach_every_kind_of_end() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut jumped, mut failed, mut no_quorum, mut cancelled, mut merged) = (0, 0, 0, 0, 0);
    for _ in 0..500 {
        let model = Model::of(&spec().new_tree(&mut runner).unwrap().current());
        jumped += usize::from(model.lines.iter().any(|(_, round, _)| *round > 1));
        failed += usize::from(matches!(model.ended, Err(FlowError::Failed { .. })));
        no_quorum += usize::from(matches!(model.ended, Err(FlowError::NoQuorum { .. })));
        cancelled += usize::from(model.lines.iter().any(|(_, _, outcome)| outcome == "Cancelled"));
        merged += usize::from(model.ended.is_ok() && model.been.iter().any(|been| been.contains(',')));
    }
    let counts = [jumped, failed, no_quorum, cancelled, merged];
    assert!(counts.iter().all(|count| *count > 30), "{counts:?}");
}
